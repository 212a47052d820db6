//! The sentences of a ticket's history: what was done, without its subject.

texts! {
    /// One sentence per event; slots are words of the closed sets, names, numbers and moments.
    Timeline {
        resident: "住户", "Resident";
        system: "系统", "System";
        opened: "记下诉求，渠道：{0}", "logged the request, channel: {0}";
        opened_self: "通过{0}反映", "reported it through {0}";
        to_queue: "，派给{0}", ", sent to {0}";
        to_triage: "，等待派单", ", waiting to be routed";
        to_worker: "（{0}）", " ({0})";
        confidential: "，保密", ", confidential";
        category: "，类别：{0}", ", type: {0}";
        accepted_standing: "按约定由{0}直接受理", "taken by {0} at once under the standing agreement";
        accepted: "接受协同，由{0}承办", "accepted the offer; {0} will do it";
        handed_over: "移交保密工单，对方平台现在能看到", "handed the confidential ticket over; the other side sees it now";
        routed: "派给{0}", "sent it to {0}";
        upheld: "，确认不归{0}", ", agreed that it is not for {0}";
        overruled: "，退单不成立", ", the hand-back was not upheld";
        taken: "领取", "took it";
        assigned: "派给{0}", "gave it to {0}";
        reassigned: "由{0}改派{1}", "moved it from {0} to {1}";
        started: "开始办理", "started work";
        transferred: "从{0}转给{1}", "transferred it from {0} to {1}";
        handed_back: "退单，{0}认为不归本部门", "handed it back: {0} says it is not theirs";
        times: "，第 {0} 次", ", time {0}";
        held: "挂起，{0} 复查", "put it on hold, review {0}";
        resumed: "继续办理", "resumed work";
        finished: "办结：{0}", "finished it: {0}";
        review: "，{0}复查", ", review on {0}";
        reopened_resident: "没有解决，重新打开", "not solved, reopened it";
        reopened_staff: "重新打开", "reopened it";
        reopened_review: "复查日到了，重新打开", "the review day came, reopened";
        withdrawn: "撤回诉求", "withdrew the request";
        reporter_left: "不再跟进这件事", "no longer follows it";
        merged: "并入工单 {0}", "merged it into {0}";
        absorbed: "并进工单 {0}，多了 {1} 位反映人", "took in {0} with {1} more reporters";
        nudged: "第 {0} 次催办", "nudged, time {0}";
        nudged_again: "又催了一次，{0} 后再催才另计", "nudged again; counted anew after {0}";
        noted: "备注", "added a note";
        replied: "告诉住户", "told the resident";
        added: "补充说明", "added";
        phone_shown: "查看了完整号码", "looked at the whole number";
        alarm_heard: "收到紧急呼叫", "heard the alarm";
        attached: "添加了附件", "added a file";
        urgency_set: "紧急程度由{0}改为{1}", "changed the urgency from {0} to {1}";
        place_known: "补上了位置", "filled in the place";
        place_set: "更正了位置", "corrected the place";
        offered: "请{0}协同，{1} 前答复", "asked {0} for help, answer due {1}";
        returned: "退回协同请求", "returned the offer";
        recalled: "收回协同请求", "recalled the offer";
        concluded: "办完交回{0}", "concluded and gave it back to {0}";
        warned: "提醒：{0}快到时限，{1} 到期", "reminder: {0} is due {1}";
        overdue: "{0}超时，时限是 {1}", "late: {0} was due {1}";
        climbed: "{0}超时仍未完成，报给{1}经理", "still late: {0}; the managers of {1} were told";
        climbed_across: "{0}超时仍未完成，告知{1}", "still late: {0}; {1} was told";
        review_due: "挂起复查时间到了，提醒承办人", "the hold is to be reviewed; whoever has it was reminded";
        review_late: "挂起到期仍未复查，报给{0}", "the hold is still not reviewed; told {0}";
        unanswered: "协同请求到时未答复，提醒{0}", "the offer was not answered in time; reminded {0}";
        unanswered_climbed: "协同请求仍未答复，报给{0}经理", "the offer is still not answered; the managers of {0} were told";
        unanswered_both: "协同请求一直未答复，报给双方经理", "the offer remains unanswered; the managers of both sides were told";
        late_entry: "（补记）", " (noted afterwards)";
        tried: "已做过：{0}", "Tried: {0}";
        asked: "请对方：{0}", "Asked: {0}";
    }
}
