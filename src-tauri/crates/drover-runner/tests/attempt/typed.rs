//! What the module `drover` says about itself is true and enough for those who check types, in both languages.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use drover_browser::Exit;
use drover_runner::Runtime;

use crate::bench::{on_path, own_environment, python_tools};
use crate::heard::heard;
use crate::versions::site_packages;

/// Every function with everything that it takes and gives back.
const TYPESCRIPT: &str = "
    import all, * as drover from 'drover';
    all.output('same', drover.output === all.output);
    const value: string = await drover.secret('api');
    drover.output('price', { pears: [12.5, null, value] });
    const kept: string = drover.artifact('a.csv');
    const also: string = drover.artifact('a.csv', { kind: 'table', mime: 'text/csv' });
    drover.progress(1);
    drover.progress(1, 2, kept + also);
    const nothing: void = await drover.pause('look');
    export { nothing };
";
/// A line for each mistake, which has to be found.
const WRONG_TYPESCRIPT: [&str; 6] = [
    "import { secret } from 'drover'; export const a: string = secret('api');",
    "import { secret } from 'drover'; secret(1);",
    "import { output } from 'drover'; output(1, 2);",
    "import { artifact } from 'drover'; artifact('a', 'table');",
    "import { progress } from 'drover'; progress('1');",
    "import { resume } from 'drover'; resume();",
];

const PYTHON: &str = "
import asyncio, pathlib
import drover
from drover import aio

def plain() -> str:
    value: str = drover.secret('api')
    drover.output('price', {'pears': [12.5, None, value]})
    drover.output('nothing')
    kept: str = drover.artifact(pathlib.Path('a.csv'))
    drover.progress(1)
    drover.progress(0.5, 2, 'half')
    drover.pause('look')
    return drover.artifact('a.csv', kind='table', mime='text/csv') + kept

async def waiting() -> str:
    await aio.pause('look')
    return await aio.secret('api')

asyncio.run(waiting())
";
const WRONG_PYTHON: [&str; 5] = [
    "import drover; a: int = drover.secret('api')",
    "import drover; drover.secret(1)",
    "import drover; drover.artifact(1)",
    "import drover; drover.progress('1')",
    "from drover import resume",
];

fn tool(variable: &str) -> PathBuf {
    let tool = own_environment().remove(&OsString::from(variable));
    tool.unwrap_or_else(|| panic!("set {variable}")).into()
}

/// Whether the checker is content, and what it says.
async fn checked(program: PathBuf, args: &[&str], folder: &Path) -> (bool, String) {
    let args = args.iter().map(Into::into).collect();
    // Stubs are compared with what runs, and that wants pytest.
    let python = folder.join("python");
    let run = std::env::join_paths([&python, &site_packages(&python_tools())]).unwrap();
    let more = [
        ("MYPYPATH".into(), python.into()),
        ("PYTHONPATH".into(), run),
    ];
    let more = more.into();
    let marker = format!("types-{}", std::process::id());
    let (exit, said, errors) = heard(program, args, more, folder, marker).await;
    (exit == Exit::Code(0), format!("{said}{errors}"))
}

#[tokio::test]
async fn the_types_for_typescript_are_true() {
    let place = tempfile::tempdir().unwrap();
    let runtime = Runtime::install(place.path()).unwrap();
    std::os::unix::fs::symlink(runtime.modules(), place.path().join("node_modules")).unwrap();
    std::fs::write(place.path().join("right.mts"), TYPESCRIPT).unwrap();
    for (number, line) in WRONG_TYPESCRIPT.iter().enumerate() {
        std::fs::write(place.path().join(format!("wrong{number}.mts")), line).unwrap();
    }
    let compiler = tool("DROVER_TEST_TYPESCRIPT").join("node_modules/typescript/lib/tsc.js");
    let check = async |files: &[String]| {
        let mut args = vec![compiler.to_str().unwrap(), "--noEmit", "--strict"];
        args.extend(["--target", "esnext", "--module", "nodenext"]);
        args.extend(files.iter().map(String::as_str));
        checked(on_path("node"), &args, place.path()).await
    };
    let (fine, said) = check(&["right.mts".to_owned()]).await;
    assert!(fine, "{said}");
    let files: Vec<_> = (0..WRONG_TYPESCRIPT.len())
        .map(|number| format!("wrong{number}.mts"))
        .collect();
    let (fine, said) = check(&files).await;
    assert!(!fine, "{said}");
    for (file, line) in files.iter().zip(WRONG_TYPESCRIPT) {
        assert!(said.contains(file), "nothing is said of: {line}\n{said}");
    }
    // What is declared is there, and nothing else.
    let names = "const all = require('drover');
        console.log(Object.keys(all).filter((name) => name !== 'default').sort().join(' '));";
    std::fs::write(place.path().join("names.cjs"), names).unwrap();
    let (_, said) = checked(on_path("node"), &["names.cjs"], place.path()).await;
    assert_eq!(said.trim(), "artifact output pause progress secret");
}

#[tokio::test]
async fn the_types_for_python_are_true() {
    let place = tempfile::tempdir().unwrap();
    let runtime = Runtime::install(place.path()).unwrap();
    std::os::unix::fs::symlink(runtime.python(), place.path().join("python")).unwrap();
    let python = tool("DROVER_TEST_MYPY").join("bin/python");
    let check = async |text: &str| {
        std::fs::write(place.path().join("script.py"), text).unwrap();
        let args = ["-m", "mypy", "--strict", "--no-error-summary", "script.py"];
        checked(python.clone(), &args, place.path()).await
    };
    let (fine, said) = check(PYTHON).await;
    assert!(fine, "{said}");
    for line in WRONG_PYTHON {
        let (fine, said) = check(line).await;
        assert!(!fine && said.contains("error: "), "{line}\n{said}");
    }
    // Each stub beside what it is for: the same names, the same arguments. What has no stub is Drover's own affair.
    std::fs::write(
        place.path().join("quiet.ini"),
        "[mypy]\nignore_errors = True\n",
    )
    .unwrap();
    let args = ["-m", "mypy.stubtest", "--concise", "--ignore-missing-stub"];
    let args = [
        args.as_slice(),
        &["--mypy-config-file", "quiet.ini", "drover"],
    ]
    .concat();
    let (fine, said) = checked(python, &args, place.path()).await;
    assert!(fine, "{said}");
}
