//! Working a ticket: the lists by status, the forms of the verbs, the conflict page.

texts! {
    /// Beyond `QueueTexts`, `TicketTexts` and `Verbs`: what the running pages say.
    Work {
        queues: "各部门", "Departments";
        none_done: "还没有办结的工单", "Nothing finished yet";
        deferred_review: "挂账，{0}复查", "Deferred, review {0}";
        returned_from: "{0}退回", "Back from {0}";
        reopened: "重开 {0}", "Reopened {0}";
        offer_waiting: "待答复", "Offer open";
        received: "{0} · {1} 收到", "{0} · received {1}";
        place_same: "同上", "the same";
        spent: "用时 {0}", "took {0}";
        due: "限{0}", "due {0}";
        crossing: "{0}请{1}协同", "{0} asks {1}";
        crossing_reason: "原因", "Reason";
        crossing_tried: "已做过", "Tried";
        crossing_asked: "请求", "Asked";
        crossing_answer: "答复", "Answer";
        attachment_image: "图片", "Picture";
        attachment_voice: "语音", "Voice";
        attachment_video: "视频", "Video";
        attachment_location: "位置", "Position";
        attachment_link: "链接", "Link";
        attachment_to_fetch: "待取回", "to be fetched";
        attachment_lost: "没能取回", "could not be fetched";
        attachments: "附件", "Attachments";
        child: "子工单", "child";
        parent: "上级工单", "parent";
        follow_on: "后续", "follow-on";
        earlier: "前一件", "earlier one";
        merged_into: "并入", "merged into";
        absorbed: "并进来的", "took in";
        incident: "同一事件", "same incident";
        no_name: "未留姓名", "No name given";
        by_wechat: "微信", "WeChat";
        has_left: "已退出", "left";
        phone_once: "只显示这一次，查看已记入全程记录", "Shown this once; the history says who looked";
        read_back: "单号 {0}，{1}负责，{2}答复您。", "Number {0}, {1} takes care; you hear from us {2}.";
        read_back_short: "单号 {0}，已经记下，我们会尽快派人。", "Number {0} is noted; someone will be sent.";
        emergency_heard: "可能是紧急情况，请先问清有没有人受伤或被困", "This may be an emergency: ask whether anyone is hurt or trapped";
        urgency_emergency: "改为紧急", "Make it an emergency";
        worker_any: "先不指定", "nobody yet";
        category_keep: "不改", "as it is";
        hold_detail: "具体说明", "Details";
        hold_detail_hint: "住户会看到", "the resident reads this";
        cause_and_detail: "{0}：{1}", "{0}: {1}";
        worker_choice: "{0} · {1} · {2}", "{0} · {1} · {2}";
        conclude_submit: "交回", "Give back";
        comma: "，", ", ";
        clock_of: "{0}（{1}）", "{0} ({1})";
        on_hold: "挂起，{0} 复查", "On hold, review {0}";
        open_here: "这里还有 {0} 件没办完的", "{0} open here";
        take_and_start: "我去", "I'm going";
        when_hint: "小区当地时间", "local time of the community";
        reporter: "哪位反映人", "Which reporter";
        note_to_resident: "也告诉住户", "Tell the resident too";
        audience_hint: "告诉住户的话双方都能看到", "what the resident is told, both sides read";
        place_hint: "3 号楼 2 单元 1201，或 3-2-1201", "3-2-1201, or building and unit";
        answer_by: "最晚什么时候答复", "Answer by";
        date_strange: "日期看不懂，请写成 2026-03-15", "This is no date; write 2026-03-15";
        time_strange: "时间看不懂，请写成 2026-03-15 14:00", "This is no time; write 2026-03-15 14:00";
        time_skipped: "这个时间当地的钟会跳过，请换一个", "Local clocks skip this time; choose another";
        number_strange: "单号像 20260315-0042，请核对", "A number looks like 20260315-0042; please check";
        choose_one: "请选一个", "Please choose one";
        words_missing: "请写一句", "Please write a sentence";
        urgency_done: "紧急程度已改", "Urgency changed";
        assigned_done: "已派给同事", "Assigned";
        held_done: "已挂起，到时会再提醒", "On hold; it comes back in time";
        place_done: "位置已更新", "Place updated";
        conflict_title: "{0}刚刚改过", "Changed just now by {0}";
        conflict_lead: "请看一眼再提交。您写的内容还在下面，没有丢，也还没有提交。", "Look, then submit again. What you wrote is kept below; nothing is lost and nothing was sent.";
        conflict_lead_plain: "请看一眼再提交，这一步还没有做。", "Look, then submit again. Nothing was done yet.";
        conflict_kept: "您写的内容（可以复制）", "What you wrote (you can copy it)";
        now_standing: "现在的情况", "As it stands now";
    }
}
