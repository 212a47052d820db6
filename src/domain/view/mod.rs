//! What pages and the API show: read models, with words still as codes so that each edge speaks its own language.

mod caller;
mod calls;
mod figures;
mod lines;
mod manage;
mod page;
mod roll_up;

pub use caller::{CallerPage, ResidentView};
pub use calls::{CallBackLine, CallLine, CallTicket, CallTie};
pub use figures::{Cursor, Paged, QueueCount, Today};
pub use lines::{AlarmLine, CategoryName, CrossingLine, PlaceLine, Suggested, TicketLine, TriageLine, UnfiledLine};
pub use manage::{Bypass, Day, DayFact, Offered, OpenFact, Overview, QueueStanding, Share, Standing};
pub use page::{
    AttachmentView, Author, ClockView, CrossingView, Entry, HoldView, LinkView, ReporterView, TicketPage, WorkerView,
};
pub use roll_up::{Cell, Kept};
