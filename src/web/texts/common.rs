//! What every page has.

texts! {
    /// Navigation, buttons, keys, connection, times.
    Common {
        product: "即办", "Jiban";
        skip: "跳到正文", "Skip to content";
        main_nav: "主导航", "Main navigation";
        nav_manage: "总览", "Overview";
        nav_agent: "接线台", "Hotline desk";
        nav_committee: "社区接诉台", "Committee desk";
        nav_tickets: "工单", "Tickets";
        nav_triage: "待派单", "To route";
        nav_unmade: "未成单", "Not tickets";
        nav_offers: "协同", "Joint";
        nav_deferred: "挂账", "Deferred";
        nav_mine: "我的", "My account";
        search: "搜索", "Search";
        search_all: "全站搜索", "Search everything";
        search_hint: "单号、电话、门牌、内容", "Number, phone, door, words";
        search_number: "单号、地点、内容", "Number, place, words";
        sign_out: "退出", "Sign out";
        switch_language: "切换语言", "Switch language";
        banner_demo: "演示数据：人名、电话和事情都是编的，请勿填写真实信息", "Demo: all names, numbers and requests are made up. Do not enter real ones";
        banner_insecure: "当前连接未加密，仅限内网试用", "This connection is not encrypted; for trials on an inner network only";
        undo: "撤回", "Undo";
        close: "关闭", "Close";
        back: "返回", "Back";
        cancel: "不改了", "Leave as it is";
        save: "保存", "Save";
        submit_again: "再提交", "Submit again";
        reload: "刷新页面", "Reload";
        more: "更多", "More";
        all: "全部", "All";
        show: "显示", "Show";
        open: "打开", "Open";
        call: "打电话", "Call";
        print: "打印工单", "Print";
        choose: "请选择", "Please choose";
        optional: "可不填", "optional";
        none: "无", "None";
        unknown: "未知", "Unknown";
        next_page: "下一页", "Next page";
        previous_page: "上一页", "Previous page";
        items: "{0} 件", "{0} tickets";
        updated_at: "更新于 {0}", "updated {0}";
        errors_head: "有 {0} 处要改", "{0} things to change";
        offline: "连接断开，正在重连。显示的是 {0} 的内容", "Connection lost, reconnecting. You see the state of {0}";
        new_rows: "有新内容，点此显示", "There is something new. Show it";
        not_saved: "没存上，网络断了。内容还在，请再试", "Not saved, no network. Your text is kept; try again";
        sending: "正在提交", "Sending";
        time_left: "还剩 {0}", "{0} left";
        time_over: "已超时 {0}", "{0} overdue";
        time_units: "天|小时|分|不到 1 分", "d|h|min|under 1 min";
        turned_late: "{0} 已超时", "{0} is overdue";
        keys: "快捷键", "Keys";
        loading: "正在读取", "Loading";
        emergency_note: "可能是紧急情况", "This may be an emergency";
        paid: "有偿", "Paid";
        read_back: "念给住户听", "Read back";
        confidential: "保密", "Confidential";
        joint: "协同办理", "Joint";
        nudged: "催办 {0}", "Nudged {0}";
        incident: "群体事件 {0} 户", "Incident, {0} households";
        care: "需照看", "Needs care";
        not_taken: "未领取", "Nobody yet";
        no_place: "位置不详", "Place unknown";
        just_now: "刚刚", "just now";
    }
}
