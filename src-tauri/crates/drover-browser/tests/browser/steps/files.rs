//! Pictures, documents and downloads.

use std::fs;

use drover_browser::StepEvent;

use crate::support::{Profile, Site, page_of, run, run_with_folder};

/// Width and height of a PNG (its IHDR chunk, PNG section 11.2.2).
fn size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[tokio::test]
async fn pictures_show_the_page_all_of_it_or_one_element() {
    let html = "<body style='margin:0'><div style='height:2500px'></div>
        <div id=red style='width:123px;height:45px;background:red'></div><div style='height:2000px'></div>";
    let site = Site::start(&[("/", html)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r##"{{"do":"open","url":"{}"}}
{{"do":"screenshot","name":"page"}}
{{"do":"screenshot","name":"full","of":"full"}}
{{"do":"screenshot","name":"red","at":{{"css":"#red"}}}}
{{"do":"evaluate","script":"[innerWidth, innerHeight]","as":"window"}}"##,
        site.url("/")
    );
    let (result, events) = run(&page, &lines).await;
    let window = &result.unwrap()["window"];
    let pictures: Vec<(String, (u32, u32))> = events
        .into_iter()
        .filter_map(|event| match event {
            StepEvent::Picture { name, png, .. } => Some((name, size(&png))),
            _ => None,
        })
        .collect();
    let [(_, page), (_, full), (_, red)] = pictures.as_slice() else {
        panic!("{pictures:?}")
    };
    assert_eq!(serde_json::json!([page.0, page.1]), *window);
    assert_eq!(full.1, 4545);
    assert_eq!(*red, (123, 45));
}

#[tokio::test]
async fn documents_and_downloads_are_kept_under_their_names() {
    let html = "<title>Files</title>
        <a id=plain href='data:text/csv,a%2Cb' download='re/port.csv'>Plain</a>
        <button onclick='save()'>Late</button><p id=none>Nothing</p>
        <script>
        const save = () => setTimeout(() => {
          const link = document.createElement('a');
          link.href = URL.createObjectURL(new Blob(['x'.repeat(3000000)]));
          link.download = 'big.bin';
          link.click();
        }, 200);
        </script>";
    let site = Site::start(&[("/", html)]).await;
    let profile = Profile::new();
    let folder = profile.home.path().join("run/files");
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r##"{{"do":"open","url":"{}"}}
{{"do":"pdf","name":"page"}}
{{"do":"download","at":{{"css":"#plain"}},"as":"plain"}}
{{"do":"download","at":{{"css":"#plain"}},"as":"again"}}
{{"do":"download","at":{{"text":"Late"}},"as":"late","name":"../mine.bin"}}"##,
        site.url("/")
    );
    let (result, events) = run_with_folder(&page, &lines, folder.clone()).await;
    let outputs = result.unwrap();
    let pdf = fs::read(folder.join("page.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"), "no PDF was written");
    let read = |name: &str| fs::read_to_string(outputs[name].as_str().unwrap()).unwrap();
    assert_eq!((read("plain"), read("again")), ("a,b".into(), "a,b".into()));
    assert_ne!(outputs["plain"], outputs["again"]);
    assert_eq!(read("late").len(), 3_000_000);
    assert_eq!(outputs["late"], folder.join("mine.bin").to_str().unwrap());
    let told: Vec<(&str, u64)> = events
        .iter()
        .filter_map(|event| match event {
            StepEvent::File { kind, bytes, .. } => Some((*kind, *bytes)),
            _ => None,
        })
        .collect();
    let expected = [
        ("pdf", pdf.len() as u64),
        ("download", 3),
        ("download", 3),
        ("download", 3_000_000),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        4,
        "something is left over"
    );

    let nothing = r##"{"do":"download","at":{"css":"#none"},"timeout":"600ms"}"##;
    let failure = run_with_folder(&page, nothing, folder).await.0.unwrap_err();
    assert_eq!(failure.problem.code(), "download_failed");
    assert!(failure.to_string().contains("began none"), "{failure}");
    let no_folder = run(&page, r#"{"do":"pdf","name":"x"}"#)
        .await
        .0
        .unwrap_err();
    assert_eq!(no_folder.problem.code(), "file_failed");
}
