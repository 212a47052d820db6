//! One ticket's page.

texts! {
    /// One ticket's page.
    TicketTexts {
        back_to: "{0}工单", "{0} tickets";
        actions: "可以做的事", "What you can do";
        no_actions: "这件工单现在不需要您做什么", "Nothing for you to do on this ticket now";
        cannot_finish: "还不能办结：{0}", "Can't finish yet: {0}";
        child_open: "子工单未完成", "a child ticket is open";
        offer_open: "协同请求还没有答复", "an offer is still unanswered";
        words: "住户原话", "The resident's words";
        logged_by: "{0}记于 {1}", "logged by {0}, {1}";
        sent_by_resident: "住户发于 {0}", "sent by the resident, {0}";
        timeline: "全程记录", "History";
        newest_first: "新的在上", "newest first";
        with_system: "含系统记录", "with system lines";
        without_system: "不含系统记录", "without system lines";
        situation: "工单情况", "About this ticket";
        clocks: "时限", "Time limits";
        first_contact: "首次联系", "First contact";
        arrive: "到场", "On site";
        finish: "办结", "Finish";
        answer: "答复", "Answer";
        other_answer: "{0}答复", "Answer from {0}";
        due_at: "限 {0}", "due {0}";
        held_for: "已扣除挂起 {0}", "{0} on hold not counted";
        took: "用时 {0}", "took {0}";
        no_limit: "不限时", "no limit";
        class_days: "{0}类", "{0} class";
        custody: "双平台协同", "Both platforms";
        lead: "首接负责", "Lead";
        holder: "当前承办", "Holder";
        waits_accept: "待接受", "to accept";
        waits_answer: "待{0}答复", "waits for {0}";
        total_time: "累计 {0}", "{0} in all";
        until_accept: "对方接受前，当前承办不变，工单不会无人负责。", "Until the other side accepts, the holder stays; the ticket is never nobody's.";
        returned_because: "{0}退回：{1}", "Returned by {0}: {1}";
        concluded_with: "{0}已办回：{1}", "Concluded by {0}: {1}";
        resident: "住户", "Resident";
        name: "姓名", "Name";
        name_hidden: "住户要求不公开", "kept back at the resident's wish";
        phone: "电话", "Phone";
        phone_show: "显示号码", "Show number";
        care: "照看", "Care";
        earlier: "以前", "Earlier";
        earlier_count: "{0} 件", "{0} tickets";
        place_resident: "住户位置", "Resident's place";
        place_matter: "事情位置", "Place of the matter";
        facts: "基本情况", "Facts";
        kind: "类型", "Kind";
        category: "类别", "Type";
        channel: "渠道", "Channel";
        queue: "部门", "Department";
        worker: "承办人", "Worker";
        number: "单号", "Number";
        opened: "收到", "Received";
        done: "办结", "Finished";
        outcome: "办结方式", "Outcome";
        reporters: "反映人", "Reporters";
        related: "相关工单", "Related tickets";
        related_none: "没有相关工单", "No related tickets";
        merged_into: "已并入 {0}", "Merged into {0}";
        photos: "照片", "Photos";
        on_hold: "挂起，{0}复查", "On hold, review {0}";
        deferred_until: "挂账，{0}复查", "Deferred, review {0}";
        done_in_time: "按时办结", "Finished in time";
        done_late: "超时 {0} 办结", "Finished {0} late";
        system: "系统", "System";
        confidential_note: "保密工单，仅社区平台可见", "Confidential, seen by the committee only";
        property_only: "仅物业可见", "Property only";
        committee_only: "仅社区可见", "Committee only";
        arrive_left: "还剩 {0}到场", "{0} left to arrive";
    }
}
