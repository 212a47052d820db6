//! All tickets in one list, and the manager's figures.

texts! {
    /// The list of all tickets.
    List {
        title: "工单", "Tickets";
        newest_first: "最新的在前", "newest first";
        filter: "筛选", "Filter";
        apply: "筛选", "Filter";
        clear: "清除筛选", "Clear";
        status: "状态", "Status";
        any_status: "全部状态", "Any status";
        open: "未办结", "Open";
        queue: "部门", "Department";
        any_queue: "全部部门", "All departments";
        kind: "类型", "Kind";
        any_kind: "全部类型", "All kinds";
        urgency: "紧急程度", "Urgency";
        any_urgency: "全部紧急程度", "Any urgency";
        channel: "渠道", "Channel";
        any_channel: "全部渠道", "All channels";
        holder: "当前承办", "Holder";
        any_holder: "任一方承办", "Either holder";
        lead: "首接负责", "Lead";
        any_lead: "任一方首接", "Either lead";
        worker: "承办人", "Worker";
        any_worker: "全部承办人", "All workers";
        special: "其他条件", "More";
        any_special: "其他条件不限", "No other condition";
        further: "更多条件", "More conditions";
        late: "已超时", "Overdue";
        held: "挂起", "On hold";
        held_due: "挂起，该复查了", "On hold, review due";
        deferred: "挂账", "Deferred";
        deferred_due: "挂账，该复查了", "Deferred, review due";
        offer_property: "等物业平台答复", "Property must answer";
        offer_committee: "等社区平台答复", "Committee must answer";
        same_day: "当日办结", "Solved the same day";
        from: "受理日期从", "Opened from";
        until: "到", "to";
        search: "搜索", "Search";
        search_hint: "单号、地点、内容，如“3 号楼 漏水”", "Number, place, words";
        go: "搜索", "Search";
        search_none: "没有找到“{0}”", "Nothing found for “{0}”";
        search_none_next: "换个说法，或少写几个词；几个词之间用空格隔开", "Try other words, or fewer, with spaces between";
        search_none_yet: "近期的工单里没有您能看到的", "None of the recent tickets you may see";
        search_none_yet_next: "点“更早的”接着找", "Go on with “Older”";
        search_phone: "这里不按电话号码查找。来电人请在客服台查", "Telephone numbers are not looked for here. Callers are looked up at the hotline desk";
        search_short: "请至少写两个字，比如“漏水”", "Please write a word, not a single character";
        search_long: "最多写 {0} 个字", "At most {0} characters";
        search_nothing: "请写要找的字词，只有标点没法找", "Please write a word: there is nothing to look for but marks";
        search_ended: "搜索隔得太久了，请再搜一次", "That search was too long ago. Please search again";
        not_found: "没有找到单号“{0}”。完整的单号像 20260315-0042；今天的可只写序号，如 42", "There is no number “{0}”. A whole number looks like 20260315-0042; of today's, the last part will do, such as 42";
        wrong_day: "日期“{0}”看不懂。请写成 2026-03-15 的样子", "The date “{0}” cannot be read. Please write it like 2026-03-15";
        wrong_order: "开始日期晚于结束日期，请改一下", "The first date is after the last; please change one";
        wrong_span: "“当日办结”一次最多看 31 天，请缩短日期范围", "“Solved the same day” covers 31 days at most; please choose fewer";
        col_opened: "受理", "Opened";
        older: "更早的", "Older";
        newest: "回到最新的", "Back to the newest";
        none: "没有符合条件的工单", "No ticket matches";
        none_next: "换个条件，或清除筛选", "Change the conditions, or clear the filter";
        none_older: "没有更早的了", "Nothing older";
    }
}

texts! {
    /// The manager's one screen.
    Manage {
        title: "总览", "Overview";
        as_of: "{0} 的情况", "as of {0}";
        scope_property: "物业平台能看到的工单", "tickets the property may see";
        scope_committee: "社区平台能看到的工单", "tickets the committee may see";
        scope_none: "您的角色看不到工单，这里的数字都是零。数字归各平台经理看", "Your role sees no tickets, so every figure here is zero. Figures belong to the platforms' managers";
        now: "此刻", "Right now";
        opened_today: "今天受理", "Opened today";
        open: "未办结", "Open";
        unassigned: "未分配", "Unassigned";
        unassigned_none: "都派出去了", "everything is routed";
        unassigned_some: "等着派单", "wait to be routed";
        late: "超时", "Overdue";
        late_longest: "最久 {0}", "longest {0}";
        late_none: "没有超时的", "nothing is late";
        emergencies: "紧急在办", "Emergencies";
        emergencies_none: "没有紧急事项", "none open";
        emergencies_some: "请盯住", "watch these";
        held: "挂起", "On hold";
        review_due: "该复查 {0} 件", "{0} to review";
        review_none: "都没到复查时间", "no review due";
        deferred: "挂账", "Deferred";
        deferred_none: "没有挂账的", "none deferred";
        next_review: "下次复查 {0}", "next review {0}";
        open_of: "共 {0} 件在办", "{0} being worked on";
        same_day: "当日办结率", "Same-day share";
        same_day_what: "当天办结（已解决或已说明，且没有重开） / 当天受理", "done that day (resolved or explained, not reopened) / opened that day";
        today: "今天", "Today";
        goal: "目标 90%", "Goal 90%";
        above: "高于目标 {0} 个百分点", "{0} points above the goal";
        below: "低于目标 {0} 个百分点", "{0} points below the goal";
        at_goal: "正好达到目标", "right at the goal";
        day_runs: "今天还没结束", "The day is not over";
        no_tickets: "没有受理", "nothing opened";
        of_tickets: "{0} / {1} 件", "{0} of {1}";
        last_days: "近 14 天", "Last 14 days";
        last_days_share: "近 14 天合计", "14 days together";
        chart: "近 14 天当日办结率，最低 {0}，最高 {1}，{2} 天低于 90%", "Same-day share of the last 14 days, from {0} to {1}; {2} days under 90%";
        chart_empty: "近 14 天没有受理的工单", "Nothing was opened in the last 14 days";
        table: "每天的数字", "The figures day by day";
        day: "日期", "Day";
        solved: "当天办结", "Done that day";
        opened: "受理", "Opened";
        share: "办结率", "Share";
        by_queue: "各部门在办", "Open by department";
        queue: "部门", "Department";
        total: "合计", "Together";
        queues_none: "各部门手上都没有工单", "No department has open tickets";
        by_channel: "今天从哪来", "Where today's came in";
        channel: "渠道", "Channel";
        count: "件数", "Tickets";
        channels_none: "今天还没有受理", "Nothing opened today yet";
        offers: "等答复的协同请求", "Offers waiting";
        offers_to: "等{0}答复", "{0} must answer";
        first_by: "最早 {0} 到期", "first due {0}";
        offers_none: "没有等答复的", "none waiting";
        bypass: "绕过我们打了 12345", "Bypassed us to 12345";
        bypass_what: "市 12345 派下来的 / 同期全部受理，自 {0} 起 30 天", "handed down by City 12345 / everything opened, 30 days from {0}";
        bypass_one_in: "每 {0} 件里有 1 件", "one in {0}";
    }
}
