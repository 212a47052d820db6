//! What programs' authors read, Chinese and English side by side.

use crate::domain::words::Language;

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    zh: String,
    en: String,
}

impl Said {
    /// Both at once.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// In one language.
    pub fn word(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// The short name of a status.
pub fn title(status: u16, language: Language) -> &'static str {
    let (zh, en) = match status {
        400 => ("请求看不懂", "The request cannot be read"),
        401 => ("需要令牌", "A token is needed"),
        403 => ("没有权限", "Not allowed"),
        404 => ("没有找到", "Not found"),
        405 => ("不支持这个方法", "The method is not supported here"),
        409 => ("与现状冲突", "Conflict with the present state"),
        413 => ("内容太大", "Too large"),
        415 => ("内容类型不支持", "The content type is not supported"),
        422 => ("字段有误", "A field is wrong"),
        429 => ("太频繁", "Too many requests"),
        503 => ("暂时不可用", "Not available right now"),
        _ if status < 500 => ("请求有误", "The request is wrong"),
        _ => ("服务出错", "The service failed"),
    };
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}
