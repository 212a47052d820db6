//! What residents say, from two lists made for this.

use super::dice::Dice;
use super::season::Weather;
use crate::domain::words::Queue;

const TOPICS: &str = include_str!("topics.tsv");
const SAID: &str = include_str!("said.tsv");

/// A subject.
pub(super) struct Topic {
    pub(super) code: &'static str,
    /// Where a person sends it when the words alone do not say.
    pub(super) queue: Queue,
    /// How often, by [`Weather`].
    weights: [u32; 6],
    /// What is written when it is done.
    pub(super) done: Vec<&'static str>,
    /// What is said.
    pub(super) said: Vec<&'static str>,
}

impl Topic {
    /// Somebody must go now.
    pub(super) fn urgent(&self) -> bool {
        matches!(self.code, "burst" | "trapped" | "gas")
    }
}

/// The subjects, in the order of their list. A line that is none is left out; a test finds it.
pub(super) fn topics() -> Vec<Topic> {
    let lines = |text: &'static str| text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let said: Vec<(&str, &str)> = lines(SAID).filter_map(|line| line.split_once('\t')).collect();
    lines(TOPICS)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (code, queue) = (cells.next()?, cells.next()?.parse().ok()?);
            let mut weights = [0; 6];
            for weight in &mut weights {
                *weight = cells.next()?.parse().ok()?;
            }
            let done = cells.next()?.split('|').collect();
            let said = said.iter().filter(|(of, _)| *of == code).map(|(_, said)| *said).collect();
            Some(Topic { code, queue, weights, done, said })
        })
        .collect()
}

/// Draws a subject for this weather.
pub(super) fn draw<'a>(topics: &'a [Topic], dice: &Dice, weather: Weather) -> Option<&'a Topic> {
    let column = weather as usize;
    topics.get(dice.weighted(topics.iter().map(|topic| topic.weights.get(column).copied().unwrap_or(0))))
}

/// A place in words: the flat, its building, its garden.
pub(super) struct Named {
    pub(super) garden: &'static str,
    pub(super) building: String,
    pub(super) flat: String,
}

/// Puts the place into a sentence. On the telephone, where the desk sees who is calling, most leave their own flat out.
pub(super) fn place(sentence: &str, named: &Named, left_out: bool) -> String {
    let flat = if left_out { "" } else { &named.flat };
    sentence.replace("{}", flat).replace("{b}", &named.building).replace("{g}", named.garden)
}

/// How people begin on the telephone, and end; most do neither.
pub(super) const BEFORE: &[&str] =
    &["", "", "", "", "", "", "喂，", "你好，", "师傅，", "哎，我说，", "您好，麻烦问一下，", "那个，"];
/// As above.
pub(super) const AFTER: &[&str] =
    &["", "", "", "", "", "", "", "，麻烦快点", "，谢谢啊", "，挺急的", "，啥时候能来", "，拜托了", "，都说了两回了"];

/// What asks for nothing.
pub(super) const NOTHING: &[&str] = &[
    "谢谢你们，昨天的师傅特别负责",
    "物业费在哪儿交",
    "好的",
    "收到",
    "谢谢",
    "你好",
    "辛苦了",
    "点赞，修得真快",
    "在吗",
    "嗯嗯好",
    "谢谢师傅，已经修好了",
];

/// Why a department says that it is not theirs.
pub(super) const NOT_OURS: &[&str] = &[
    "户内私改的管线，不在维修范围，请楼管先沟通。",
    "单车属于市政道路，请联系运营公司。",
    "现场看是两家的事，需要楼管协调。",
    "不是公共部位，请转楼管说明。",
    "此处归绿化外包，请改派。",
];
/// Why it has to wait.
pub(super) const WAITING: &[&str] = &[
    "要等厂家量尺寸，到货就来装。",
    "配件已订，三天左右到。",
    "住户出差，约好回来再上门。",
    "等天晴才能做防水。",
    "楼上没人，已留条约时间。",
    "等电力公司停电检修窗口。",
];
/// Why it waits for weeks.
pub(super) const WAITING_LONG: &[&str] = &[
    "列入下月维修计划，材料在走采购。",
    "要动用公共维修资金，正在征求业主意见。",
    "等施工季，入春统一做。",
    "责任在开发商，已发函，等回复。",
];
/// What is said meanwhile.
pub(super) const MEANWHILE: &[&str] = &[
    "师傅正在路上，大约二十分钟到。",
    "已经安排，今天下午上门。",
    "配件在路上，到了马上给您装。",
    "已经和对方联系，晚上一起谈。",
];
/// What is asked again.
pub(super) const AGAIN: &[&str] = &["怎么还没人来？", "等了半天了，到底来不来", "催一下，家里有老人", "还没好，再问问"];
/// Why it comes up again.
pub(super) const NOT_SOLVED: &[&str] =
    &["住户来电：又不行了。", "住户说还是漏。", "修了一天又坏了。", "说好的没做到，住户又来电。"];
/// What is explained on the telephone.
pub(super) const EXPLAINED: &[&str] = &[
    "电话里教住户复位，好了。",
    "已说明缴费方式和时间。",
    "属计划检修，告知恢复时间，住户认可。",
    "说明归属和联系电话，住户自行联系。",
    "解释了收费标准，住户无异议。",
];
/// Who else's duty it is.
pub(super) const ELSEWHERE: &[&str] =
    &["属市政道路，已告知市政热线。", "属燃气公司，已转告报修电话。", "房屋保修期内，已转告开发商。"];
/// An offer to the other side: why, what was tried, what is asked.
pub(super) const OFFERS: &[(&str, &str, &str)] = &[
    (
        "上门三次，双方各说各的，物业协调不下来。",
        "查过管井，请维修部出了检测单，和两家各谈过一次。",
        "请居委会出面召集双方，必要时请业主代表一起看。",
    ),
    ("反复占用，劝了又来。", "贴单、电话、当面各两次。", "请居委会和社区民警一起上门。"),
    ("涉及多户公共部位，业主意见不一。", "发过通知，收回意见一半。", "请居委会组织一次楼门会。"),
];
/// What came of it.
pub(super) const CONCLUDED: &[&str] = &[
    "已和业主代表一起上门，当天搬回，三天后复查没有再放。",
    "两家当面签了协议，由物业跟进施工。",
    "楼门会开过，多数同意，方案已公示。",
];
/// Why the other side does not take it.
pub(super) const NOT_TAKEN: &[&str] =
    &["两家都没有到过居委会，请楼管先上门谈一次。", "属物业合同内的事，请先按合同办。"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_lists_is_used() {
        let topics = topics();
        let lines = |text: &str| text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(topics.len(), lines(TOPICS));
        assert_eq!(topics.iter().map(|topic| topic.said.len()).sum::<usize>(), lines(SAID));
        assert!(topics.iter().all(|topic| !topic.said.is_empty() && !topic.done.is_empty()));
    }
}
