//! One file of a backup: written for its owner only, measured as it is written, on the disk before it counts.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::Part;

/// A file that is written and measured.
struct Measured {
    file: BufWriter<File>,
    bytes: u64,
    hash: Sha256,
}

impl Measured {
    fn create(path: &Path) -> std::io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: BufWriter::with_capacity(1 << 16, options.open(path)?), bytes: 0, hash: Sha256::new() })
    }

    fn finish(self) -> std::io::Result<Part> {
        let file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(Part { bytes: self.bytes, sha256: hex(&self.hash.finalize()) })
    }
}

impl Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += u64::try_from(written).unwrap_or(u64::MAX);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Lines into a compressed file.
pub(in crate::cli) struct Writer(GzEncoder<Measured>);

impl Writer {
    /// Makes the file; there must be none.
    pub(super) fn create(path: &Path) -> std::io::Result<Self> {
        Ok(Self(GzEncoder::new(Measured::create(path)?, Compression::fast())))
    }

    /// One more line.
    pub(in crate::cli) fn line(&mut self, line: &str) -> std::io::Result<()> {
        self.0.write_all(line.as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Sees it onto the disk.
    pub(in crate::cli) fn finish(self) -> std::io::Result<Part> {
        self.0.finish()?.finish()
    }
}

/// Lines out of a compressed file.
pub(in crate::cli) struct Reader {
    lines: BufReader<GzDecoder<BufReader<File>>>,
    line: String,
}

impl Reader {
    /// Opens the file.
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let file = BufReader::with_capacity(1 << 16, File::open(path)?);
        Ok(Self { lines: BufReader::with_capacity(1 << 16, GzDecoder::new(file)), line: String::new() })
    }

    /// The next line without its end; `None` after the last.
    pub(super) fn line(&mut self) -> std::io::Result<Option<&str>> {
        self.line.clear();
        match self.lines.read_line(&mut self.line)? {
            0 => Ok(None),
            _ => Ok(Some(self.line.trim_end_matches('\n'))),
        }
    }
}

/// Writes a small file whole.
pub(in crate::cli) fn write(path: &Path, bytes: &[u8]) -> std::io::Result<Part> {
    let mut file = Measured::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

/// Reads a file through.
pub(super) fn measure(path: &Path) -> std::io::Result<Part> {
    let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut block = vec![0; 1 << 16];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(Part { bytes, sha256: hex(&hash.finalize()) }),
            n => {
                hash.update(&block[..n]);
                bytes += u64::try_from(n).unwrap_or(u64::MAX);
            }
        }
    }
}

/// What was renamed or made in a folder is there after a power cut once the folder is on the disk.
pub(in crate::cli) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    // Only on Unix can a folder be opened.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The folder a path stands in.
pub(in crate::cli) fn above(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Bytes as hexadecimal digits.
pub(in crate::cli) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
