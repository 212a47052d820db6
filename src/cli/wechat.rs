//! `jiban wechat`: the committee's official account.

use std::path::PathBuf;

use clap::Subcommand;

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::engine::setup::{self, WechatSettings};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Set the account as WeChat's page 基本配置 shows it. A token or key that changes stays valid beside the new one
    Set {
        /// The community
        #[arg(long, value_name = "SLUG")]
        community: String,
        /// 消息加解密方式: plain, compat or aes. With an AES key plain bodies are refused, whatever the mode
        #[arg(long)]
        mode: String,
        /// 开发者 ID (wx…)
        #[arg(long)]
        app_id: String,
        /// 原始 ID (gh_…); without it any is accepted
        #[arg(long)]
        original_id: Option<String>,
        /// Token. Better in a file: other users of this machine can read command lines
        #[arg(long)]
        token: Option<String>,
        /// File with the token; - for stdin
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
        /// EncodingAESKey, 43 characters
        #[arg(long)]
        aes_key: Option<String>,
        /// File with the EncodingAESKey; - for stdin
        #[arg(long, value_name = "FILE")]
        aes_key_file: Option<PathBuf>,
    },
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let Verb::Set { community, mode, app_id, original_id, token, token_file, aes_key, aes_key_file } = verb;
    let token = super::secret("--token", token.as_deref(), token_file.as_deref())?;
    let token = token.ok_or_else(|| Trouble::Usage("--token or --token-file is needed".to_owned()))?;
    let aes_key = super::secret("--aes-key", aes_key.as_deref(), aes_key_file.as_deref())?;
    let engine = open::engine(settings, Purpose::Verb)?;
    let community_id = open::community(&engine, community)?;
    if mode == "plain" && aes_key.is_some() {
        eprintln!(
            "jiban: with an AES key plain bodies are refused; leave the key out while the account is in plain mode"
        );
    }
    let new =
        WechatSettings { mode: mode.clone(), app_id: app_id.clone(), original_id: original_id.clone(), token, aes_key };
    setup::set_wechat(&engine, community_id, &new)?;
    eprintln!("jiban: set; the server URL is https://YOUR-HOST/channels/wechat/{community}");
    Ok(())
}
