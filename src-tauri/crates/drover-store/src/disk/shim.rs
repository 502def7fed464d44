//! The way from `SQLite` to such a disk: its file system, with the calls that change a file led
//! past the disk of that file's folder. Files of other folders never notice.
#![expect(
    unsafe_code,
    reason = "`SQLite` takes a file system as a table of C functions"
)]

use std::{
    collections::BTreeMap,
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicPtr, Ordering},
    },
};

use rusqlite::ffi;

use super::files::Disk;

static DISKS: Mutex<BTreeMap<PathBuf, Arc<Disk>>> = Mutex::new(BTreeMap::new());
/// The file system that `SQLite` came with.
static REAL: AtomicPtr<ffi::sqlite3_vfs> = AtomicPtr::new(std::ptr::null_mut());

/// What stands in `SQLite`'s memory for an open file; the real file follows it.
#[repr(C)]
struct OpenFile {
    methods: *const ffi::sqlite3_io_methods,
    place: *mut Place,
}

struct Place {
    disk: Arc<Disk>,
    path: PathBuf,
    life: u64,
}

/// Leads the files of that folder to that disk.
pub(super) fn serve(folder: PathBuf, disk: Arc<Disk>) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: a null name asks for the default, which lives as long as the process. The copy
        // differs in its size, its name and two functions; the rest looks only at its arguments.
        let result = unsafe {
            let real = ffi::sqlite3_vfs_find(std::ptr::null());
            REAL.store(real, Ordering::Release);
            let mut shim = *real;
            shim.szOsFile += c_int::try_from(size_of::<OpenFile>()).unwrap();
            shim.pNext = std::ptr::null_mut();
            shim.zName = c"forgetful".as_ptr();
            shim.xOpen = Some(open);
            shim.xDelete = Some(delete);
            ffi::sqlite3_vfs_register(Box::leak(Box::new(shim)), 1)
        };
        assert_eq!(result, ffi::SQLITE_OK);
    });
    let mut disks = DISKS.lock().unwrap_or_else(PoisonError::into_inner);
    disks.insert(folder, disk);
}

/// The path that `SQLite` means, and the disk it is on. Temporary files have no name.
///
/// # Safety
/// `name` is null or a C string.
unsafe fn disk_of(name: *const c_char) -> Option<(Arc<Disk>, PathBuf)> {
    if name.is_null() {
        return None;
    }
    // SAFETY: promised by the caller.
    let name = unsafe { CStr::from_ptr(name) };
    let path = Path::new(OsStr::from_bytes(name.to_bytes()));
    let disks = DISKS.lock().unwrap_or_else(PoisonError::into_inner);
    let disk = disks.get(path.parent()?)?;
    Some((Arc::clone(disk), path.to_owned()))
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    given: *mut c_int,
) -> c_int {
    let real = REAL.load(Ordering::Acquire);
    // SAFETY: the real file system was found before this function was registered.
    let real_open = unsafe { (*real).xOpen }.expect("BUG: every file system opens");
    // SAFETY: `SQLite` gives a C string.
    let Some((disk, path)) = (unsafe { disk_of(name) }) else {
        // SAFETY: the memory is larger than the real file needs, and becomes one.
        return unsafe { real_open(real, name, file, flags, given) };
    };
    let ours = file.cast::<OpenFile>();
    // SAFETY: `SQLite` gives `szOsFile` bytes, which hold this and the real file. Without methods
    // it does not close a file that failed to open.
    unsafe { (*ours).methods = std::ptr::null() };
    let open = |may_write: bool| {
        let flags = if may_write {
            flags
        } else {
            let asked = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE;
            (flags & !asked) | ffi::SQLITE_OPEN_READONLY
        };
        // SAFETY: the real file has its place behind ours; the other arguments are `SQLite`'s.
        unsafe {
            let code = real_open(real, name, real_file(file), flags, given);
            if code != ffi::SQLITE_OK && !(*real_file(file)).pMethods.is_null() {
                close_real(file);
            }
            code
        }
    };
    match disk.open(&path, flags & ffi::SQLITE_OPEN_CREATE != 0, open) {
        Ok(life) => {
            let place = Box::into_raw(Box::new(Place { disk, path, life }));
            // SAFETY: as above; the file is open, so `close` will be called once.
            unsafe {
                (*ours).place = place;
                (*ours).methods = &raw const METHODS;
            }
            ffi::SQLITE_OK
        }
        Err(code) => code,
    }
}

unsafe extern "C" fn delete(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    let real = REAL.load(Ordering::Acquire);
    // SAFETY: as in `open`.
    let remove = || unsafe {
        let remove = (*real).xDelete.expect("BUG: every file system deletes");
        remove(real, name, sync_folder)
    };
    // SAFETY: `SQLite` gives a C string.
    match unsafe { disk_of(name) } {
        Some((disk, path)) => disk.delete(&path, sync_folder != 0, remove),
        None => remove(),
    }
}

/// # Safety
/// `file` was opened by [`open`], or is being opened by it.
unsafe fn real_file(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: the real file follows, within the memory of `szOsFile` bytes.
    unsafe { file.cast::<OpenFile>().add(1).cast() }
}

/// # Safety
/// The real file behind `file` is open.
unsafe fn close_real(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: promised by the caller.
    unsafe {
        let real = real_file(file);
        let close = (*(*real).pMethods).xClose.expect("BUG: every file closes");
        close(real)
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: `SQLite` closes what `open` opened, once.
    unsafe {
        let place = Box::from_raw((*file.cast::<OpenFile>()).place);
        let code = close_real(file);
        place.disk.close();
        code
    }
}

/// # Safety
/// `file` was opened by [`open`] and is not closed yet.
unsafe fn place<'f>(file: *mut ffi::sqlite3_file) -> &'f Place {
    // SAFETY: the place is freed by `close` alone.
    unsafe { &*(*file.cast::<OpenFile>()).place }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    length: c_int,
    at: i64,
) -> c_int {
    // SAFETY: `SQLite` calls this for an open file, with as many bytes as it says.
    let (place, slice) = unsafe {
        let length = usize::try_from(length).unwrap();
        (
            place(file),
            std::slice::from_raw_parts(bytes.cast::<u8>(), length),
        )
    };
    let at_byte = at.cast_unsigned();
    place
        .disk
        .write(place.life, &place.path, at_byte, slice, || unsafe {
            // SAFETY: the same arguments, for the file behind.
            real_write(real_file(file), bytes, length, at)
        })
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: `SQLite` calls this for an open file.
    let place = unsafe { place(file) };
    place
        .disk
        .resize(place.life, &place.path, size.cast_unsigned(), || unsafe {
            // SAFETY: the same arguments, for the file behind.
            real_truncate(real_file(file), size)
        })
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: `SQLite` calls this for an open file.
    let place = unsafe { place(file) };
    place.disk.flush(place.life, &place.path)
}

/// Makes functions that call one of the same name for the real file.
macro_rules! real {
    ($($name:ident as $field:ident($($arg:ident: $type:ty),*) -> $out:ty;)*) => {$(
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file, $($arg: $type),*) -> $out {
            // SAFETY: the file is a real one that is open, and so has its methods.
            unsafe {
                let call = (*(*file).pMethods).$field.expect("BUG: the real file has it");
                call(file, $($arg),*)
            }
        }
    )*};
}

/// Makes functions that hand a call on to the file behind.
macro_rules! behind {
    ($($name:ident as $field:ident($($arg:ident: $type:ty),*) -> $out:ty;)*) => {$(
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file, $($arg: $type),*) -> $out {
            // SAFETY: the file was opened by `open`, so a real one that is open is behind it.
            unsafe {
                let real = real_file(file);
                let call = (*(*real).pMethods).$field.expect("BUG: the real file has it");
                call(real, $($arg),*)
            }
        }
    )*};
}

real! {
    real_write as xWrite(bytes: *const c_void, length: c_int, at: i64) -> c_int;
    real_truncate as xTruncate(size: i64) -> c_int;
}

behind! {
    read as xRead(bytes: *mut c_void, length: c_int, at: i64) -> c_int;
    file_size as xFileSize(size: *mut i64) -> c_int;
    lock as xLock(level: c_int) -> c_int;
    unlock as xUnlock(level: c_int) -> c_int;
    check_reserved_lock as xCheckReservedLock(taken: *mut c_int) -> c_int;
    file_control as xFileControl(op: c_int, arg: *mut c_void) -> c_int;
    sector_size as xSectorSize() -> c_int;
    device_characteristics as xDeviceCharacteristics() -> c_int;
    shm_map as xShmMap(page: c_int, size: c_int, extend: c_int, at: *mut *mut c_void) -> c_int;
    shm_lock as xShmLock(offset: c_int, count: c_int, flags: c_int) -> c_int;
    shm_barrier as xShmBarrier() -> ();
    shm_unmap as xShmUnmap(delete: c_int) -> c_int;
}

/// Without the mapping of version 3: what is written past these functions would not be counted.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
