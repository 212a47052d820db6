//! Lists: a department's, what nobody has yet, what opened no ticket, offers between the platforms.

texts! {
    /// A department's list.
    QueueTexts {
        title: "{0}工单", "{0} tickets";
        sorted: "按到期先后排列，挂起的在最后", "soonest due first, on hold last";
        scope: "工单范围", "Which tickets";
        tab_mine: "我的", "Mine";
        tab_open: "可领取", "To take";
        tab_waiting: "等待中", "On hold";
        tab_late: "超时", "Overdue";
        tab_all: "全部", "All";
        tab_done: "今日办结", "Done today";
        tab_offers: "协同请求", "Offers";
        tab_deferred: "挂账", "Deferred";
        filter: "筛选", "Filter";
        filter_hint: "在本页内筛选", "Filter this page";
        filter_apply: "筛选", "Filter";
        filter_clear: "清除筛选", "Clear";
        building: "楼栋", "Building";
        all_buildings: "全部楼栋", "All buildings";
        urgency: "紧急程度", "Urgency";
        all_urgencies: "全部紧急程度", "All urgencies";
        worker: "承办人", "Worker";
        all_workers: "全部承办人", "All workers";
        col_clock: "时限", "Time limit";
        col_urgency: "紧急", "Urgency";
        col_place: "位置", "Place";
        col_what: "事由", "Matter";
        col_tags: "提示", "Notes";
        col_status: "状态", "Status";
        col_worker: "承办", "Worker";
        col_number: "单号", "Number";
        col_action: "操作", "Action";
        own_buildings: "只列您负责的楼栋", "Your buildings only";
        none_mine: "没有等您办的工单", "Nothing waiting for you";
        none_mine_next: "可领取的还有 {0} 件", "{0} are open to take";
        see_open: "看可领取的", "See those to take";
        none_open: "没有可领取的工单", "Nothing to take";
        none_open_next: "新工单派来时会显示在这里", "New tickets show here as they come";
        none_waiting: "没有挂起的工单", "Nothing on hold";
        none_late: "没有超时的工单", "Nothing overdue";
        none_done: "今天还没有办结的工单", "Nothing finished today yet";
        none_all: "这里没有工单", "No tickets here";
        none_filtered: "没有符合筛选的工单", "No ticket matches";
        show_more: "显示全部", "Show them all";
        not_listed: "还有 {0} 件没有列出，处理掉一些就会出现", "{0} more appear as you work these off";
        taken_by: "已由{0}领取", "Taken by {0}";
    }
}

texts! {
    /// What nobody has yet.
    Triage {
        title: "待派单", "To route";
        lead: "这些诉求还没有派出去，请您来定", "Not routed yet; please decide";
        list: "待派单列表", "List of requests to route";
        confirm: "派给{0}", "Send to {0}";
        other: "派往别处", "Send elsewhere";
        why: "依据：{0}", "because of {0}";
        unsure: "拿不准", "Not sure";
        waiting: "已等 {0}", "waiting {0}";
        handed_back_by: "{0}退回", "Handed back by {0}";
        handed_back: "{0}退回：{1}", "Handed back by {0}: {1}";
        after_hours: "居委会下班时间，由客服先派", "The committee is off; agents route it meanwhile";
        none: "没有待派的诉求", "Nothing to route";
        none_next: "系统拿不准的和部门退回的会到这里来", "What the system is unsure of and what departments hand back shows here";
        routed_flash: "已派给{0}", "Sent to {0}";
    }
}

texts! {
    /// Messages that opened no ticket.
    Unmade {
        title: "未成单", "Not tickets";
        lead: "这些消息没有建工单，有漏掉的请补建", "These messages opened no ticket; make one where something was missed";
        list: "未成单消息列表", "Messages that opened no ticket";
        more: "这里是最近的；还有 {0} 条更早的，处理掉一些就会出现", "These are the newest; {0} older ones appear as you work them off";
        make: "转成工单", "Make a ticket";
        dismiss: "不用处理", "Nothing to do";
        reason_greeting: "问候或感谢", "greeting or thanks";
        reason_command: "查询指令", "command";
        reason_unclear: "没看懂", "not understood";
        reason_media: "只有图片或位置", "picture or location only";
        media_image: "只有一张图片", "A picture only";
        media_voice: "只有一段语音", "A voice message only";
        media_video: "只有一段视频", "A video only";
        media_location: "只有一个位置", "A location only";
        media_other: "没有文字的消息", "A message without words";
        received: "{0}收到", "received {0}";
        replied: "已回复", "Replied";
        none: "没有未成单的消息", "No such messages";
        none_next: "感谢、问候和没看懂的消息会到这里来", "Thanks, greetings and what was not understood shows here";
        made_flash: "已建工单 {0}", "Made ticket {0}";
        dismissed_flash: "已标为不用处理", "Marked as nothing to do";
    }
}

texts! {
    /// Offers between the platforms.
    Offers {
        title: "协同请求", "Offers";
        lead: "对方平台请我们协同，接受前仍由对方负责", "The other platform asks for help; it holds the ticket until we accept";
        from: "{0}请求", "{0} asks";
        ask: "请求事项", "What is asked";
        answer_by: "{0}前答复", "answer by {0}";
        accept: "接受", "Accept";
        return_it: "退回并说明", "Return with reason";
        sent: "我们发出的", "Sent by us";
        received: "等我们答复的", "Waiting for our answer";
        working: "协同中", "Being worked on";
        none: "没有等待答复的协同请求", "No offers waiting";
        none_next: "对方平台提出协同时会显示在这里", "Offers from the other platform show here";
    }
}
