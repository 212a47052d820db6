//! What went wrong, whose turn it is, and the way out. No codes in the face, no blame.

texts! {
    /// Error pages and the conflict page.
    Errors {
        bad_request_title: "这个请求看不懂", "This request cannot be read";
        bad_request_text: "链接或表单不完整。请返回上一页再试。", "The link or form is incomplete. Go back and try again.";
        forbidden_title: "这里您不能看", "Not open to you";
        forbidden_text: "这一页归别的部门或平台。需要的话，请找您的负责人或管理员开通。", "This page belongs to another department or platform. Ask your head or the administrator if you need it.";
        form_ended_title: "这一页开得太久了", "This page was open too long";
        form_ended_text: "为了安全，这一次没有提交。请回到那一页刷新，再提交一次。", "For safety this was not taken. Go back to the page, reload it and submit again.";
        not_found_title: "没有这一页", "No such page";
        not_found_text: "单号或链接可能少了几位，也可能这件事不归您看。可以用上面的搜索找。", "The number or link may be cut short, or the matter is not open to you. Try the search above.";
        method_title: "这一页不能这样打开", "This page cannot be opened this way";
        method_text: "请从工单列表重新进入。", "Please come in again from the ticket list.";
        conflict_title: "刚刚有人改过", "Changed just now";
        conflict_by: "{0}刚刚改过，请看一眼再提交", "Changed just now by {0}. Look, then submit again";
        conflict_text: "您写的内容还在下面，没有丢，也还没有提交。", "What you wrote is kept below; nothing is lost and nothing was sent.";
        conflict_theirs: "对方做了什么", "What was done";
        conflict_yours: "您想做的", "What you wanted to do";
        conflict_gone: "这一步已经不能做了：{0}", "This step is no longer possible: {0}";
        conflict_open: "看最新的工单", "See the ticket as it is now";
        too_large_title: "内容太大", "Too much at once";
        too_large_text: "一次最多 {0}。请分几次提交，或把照片缩小。", "At most {0} at once. Submit in parts, or make the photos smaller.";
        too_many_title: "太快了，歇一下", "A little too fast";
        too_many_text: "请 {0}后再试。急事请直接打电话。", "Try again in {0}. If it is urgent, please ring.";
        broken_title: "没办成，是我们的问题", "It did not work, and it is our fault";
        broken_text: "已经记下，管理员能看到。请返回上一页再试一次，急事请打电话。", "It is noted for the administrator. Go back and try once more; if it is urgent, please ring.";
        away_title: "数据库暂时没有回应", "The database does not answer";
        away_text: "这一步有没有办成，还不知道。请等 {0} 秒，先看看有没有存上，没有再提交一次。", "Whether this was done is not known. Wait {0} seconds, look whether it is there, and submit again if it is not.";
        away_page_text: "正在重连。请过 {0} 秒刷新页面。", "It is being reached again. Reload in {0} seconds.";
        kept_head: "您刚才写的", "What you wrote";
        kept_sign_in: "登录页会另外打开。登录后回到这里，再按“再提交”。", "The sign-in page opens beside this one. Sign in, come back here and press Submit again.";
        request_id: "报给管理员时请带上这个编号：{0}", "For the administrator, quote {0}";
        home: "回首页", "Home";
        blocked: "现在不能这样做", "Not possible now";
        changed_flash: "工单已更新", "Ticket updated";
        phone_short: "少了 {0} 位。手机号是 11 位数字", "{0} digits missing. A mobile number has 11";
        phone_long: "多了 {0} 位。手机号是 11 位数字", "{0} digits too many. A mobile number has 11";
        phone_strange: "手机号是 11 位数字，座机请带区号", "A mobile number has 11 digits; for a landline include the area code";
        text_missing: "请写一句是什么事", "Please write what it is about";
        text_long: "多了 {0} 字。最多 {1} 字", "{0} characters too many. At most {1}";
        text_over: "太长了。最多 {0} 字", "Too long. At most {0} characters";
        text_strange: "里面有看不见的控制字符，请去掉再提交", "It has invisible control characters; please remove them";
        choice_unknown: "这一项已经不在列表里了，请重新选", "This is no longer on the list; please choose again";
        reason_missing: "请写原因，对方看得到", "Please give the reason; the other side reads it";
        place_unknown: "找不到这个位置，请从列表里选或写明楼和单元", "Place not found. Pick one from the list or name building and unit";
        queue_missing: "请选派往哪里", "Please choose where to send it";
        outcome_missing: "请选办结方式", "Please choose how it ended";
        worker_missing: "请选一个人", "Please choose a person";
        review_past: "这个时间已经过了，请选 {0} 以后", "This time has passed; choose one after {0}";
        review_missing: "请填复查时间", "Please set a review time";
        sign_in_title: "请先登录", "Please sign in";
        sign_in_text: "登录已过期，刚才的内容没有提交。请先登录，再提交一次。", "Your session has ended and nothing was submitted. Sign in, then submit again.";
        sign_in_again: "去登录", "Sign in";
        number_unknown: "没有单号 {0} 的工单", "There is no ticket {0}";
    }
}
