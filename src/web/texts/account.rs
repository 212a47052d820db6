//! Sign-in and one's own account.

texts! {
    /// Sign-in.
    Login {
        title: "登录", "Sign in";
        sub: "{0}接诉工作台", "{0} service desk";
        sub_plain: "小区接诉工作台", "Community service desk";
        account: "账号", "Account";
        password: "密码", "Password";
        remember: "在这台电脑上记住我，公用电脑请勿勾选", "Remember me on this computer. Not on a shared one";
        sign_in: "登录", "Sign in";
        wrong: "账号或密码不对，请再试一次", "Account or password does not match. Please try again";
        missing: "请填写账号和密码", "Please enter account and password";
        too_many: "试的次数太多，请 {0}后再试，或找管理员", "Too many attempts. Try again in {0}, or ask the administrator";
        closed: "这个账号已停用，请找管理员", "This account is closed. Please ask the administrator";
        ended: "登录已过期，请重新登录", "Your session has ended. Please sign in again";
        signed_out: "已退出", "Signed out";
        forgot: "忘了密码请找管理员", "Forgot it? Ask the administrator";
        demo_head: "演示账号", "Demo accounts";
        demo_hint: "点一个填入，再按登录", "Pick one, then sign in";
        demo_password: "密码都是 {0}", "Password of all: {0}";
        demo_name: "姓名", "Name";
        demo_role: "身份", "Role";
        demo_use: "以{0}登录", "Sign in as {0}";
    }
}

texts! {
    /// One's own account.
    Account {
        title: "我的", "My account";
        who: "账号", "Account";
        name: "姓名", "Name";
        role: "身份", "Role";
        queue: "部门", "Department";
        buildings: "负责楼栋", "Buildings";
        duty: "当班", "On duty";
        duty_on: "当班中", "On duty";
        duty_off: "不当班", "Off duty";
        duty_hint: "当班时，紧急情况会呼叫您", "While on duty you are paged in emergencies";
        go_on_duty: "开始当班", "Go on duty";
        go_off_duty: "结束当班", "Go off duty";
        duty_saved_on: "已开始当班", "You are on duty";
        duty_saved_off: "已结束当班", "You are off duty";
        language: "语言", "Language";
        language_saved: "语言已改为中文", "Language changed to English";
        theme: "外观", "Appearance";
        theme_system: "跟随系统", "As the system";
        theme_light: "浅色", "Light";
        theme_dark: "深色", "Dark";
        size: "字号", "Type size";
        size_normal: "标准", "Normal";
        size_large: "大字", "Large";
        look_saved: "外观已保存", "Appearance saved";
        password: "改密码", "Change password";
        password_now: "现在的密码", "Present password";
        password_new: "新密码", "New password";
        password_again: "再输一遍新密码", "New password again";
        password_hint: "至少 12 位，句子最好记", "At least 12 characters; a sentence is easiest to keep";
        password_save: "改密码", "Change password";
        password_saved: "密码已改，其他设备已退出", "Password changed; other devices are signed out";
        password_wrong: "现在的密码不对", "The present password does not match";
        password_short: "少了 {0} 位。至少要 {1} 位", "{0} characters short. At least {1} are needed";
        password_differs: "两遍不一样，请再输一次", "The two differ; please type it again";
        password_same: "新密码和现在的一样，请换一个", "The new password is the present one; choose another";
        password_must: "这是初始密码，请先改成您自己的", "This is the first password; please set your own before you go on";
        devices: "登录过的设备", "Devices signed in";
        this_device: "本机", "This device";
        last_seen: "最近使用", "Last used";
        look: "语言和外观", "Language and appearance";
        others: "其他设备", "Other devices";
        others_out: "其他设备已退出", "Other devices are signed out";
        others_hint: "手机丢了或在别处登录过，就按这里", "If a phone was lost or you signed in elsewhere";
        seats: "岗位", "Seats";
        seats_none: "还没有岗位，请找管理员", "No seat yet; please ask the administrator";
        head: "负责人", "Head";
        manager_of: "{0}经理", "{0} manager";
        password_guessable: "太容易被猜到，请换一句只有您知道的话", "Too easily guessed; choose a sentence only you know";
        keys_hint: "在输入框外按一个键就能跳转", "One key outside a field takes you there";
        sign_out: "退出登录", "Sign out";
        sign_out_others: "退出其他设备", "Sign out other devices";
        email: "接收通知", "Notices";
        email_address: "邮箱", "E-mail address";
        email_hint: "派单、催办和紧急情况会发到这里。留空就只在控制台显示", "Assignments, nudges and emergencies are mailed here. Empty: shown in the console only";
        email_saved: "邮箱已保存", "E-mail address saved";
        email_wrong: "这不像邮箱地址，例如 name@example.com", "This is no e-mail address, such as name@example.com";
        sound: "紧急呼叫的声音", "Sound of emergencies";
        sound_on: "响铃", "Ring";
        sound_off: "静音", "Silent";
        keys: "快捷键", "Keys";
        keys_off: "关闭快捷键", "Switch keys off";
        keys_on: "打开快捷键", "Switch keys on";
    }
}
