//! Alarms, and notices that could not be sent.

texts! {
    /// The alarm of an emergency, and the notices.
    Notices {
        alarm: "紧急", "Emergency";
        alarms: "正在响的紧急呼叫", "Emergencies that ring";
        since: "{0} 起", "since {0}";
        heard: "收到", "Heard";
        heard_flash: "已记下您收到了紧急呼叫", "Noted that you heard the alarm";
        failed: "发送失败", "Failed notices";
        failed_lead: "试了一天仍没有发出，或被对方邮箱拒收的通知", "Tried for a day without success, or refused by the receiving mail server";
        none: "没有发送失败的通知", "No notice has failed";
        none_next: "通知都已送达，或还在路上", "All are delivered or on their way";
        to: "给{0}", "to {0}";
        why: "原因", "Cause";
        when: "通知时间", "Notice of";
        given_up: "放弃时间", "Given up";
        attempts: "试过", "Tried";
        attempts_times: "{0} 次", "{0} times";
        hidden: "看不到的工单", "A ticket you may not see";
        replay: "再发一次", "Send again";
        replayed_flash: "已放回发送队列", "On its way again";
        told: "通知", "Notices";
        reporter: "住户", "the resident";
        due: "待发送", "to be sent";
        sent: "已发邮件", "mailed";
        kept_console: "控制台可见", "shown in the console";
        kept_reply: "下次来信时答复", "told at their next message";
        dropped: "不再需要", "not needed any more";
        dead: "发送失败", "failed";
    }
}
