//! Races for profiles.

use std::collections::BTreeSet;

use drover_model::{Ended, Move, RunId, request::ListRuns};

use super::{store, write};
use crate::{
    Applied, MoveDetail,
    testing::{at, run},
};

#[tokio::test(flavor = "multi_thread")]
async fn of_64_racing_claimers_one_gets_each_profile() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 8).await;
    write(&store, |writing| {
        (0..80).try_for_each(|number| writing.insert_run(&run(1 + number, Some(1 + number % 8))))
    })
    .await
    .unwrap();
    let racers: Vec<_> = (0..64)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                // Everyone tries every run, so that most tries meet a busy profile.
                write(&store, |writing| {
                    let mut won = Vec::new();
                    for number in 1..=80 {
                        won.extend(writing.claim(RunId::from_bits(number), at(100), "m")?);
                    }
                    Ok(won)
                })
                .await
                .unwrap()
            })
        })
        .collect();
    let mut profiles = Vec::new();
    for racer in racers {
        profiles.extend(
            racer
                .await
                .unwrap()
                .into_iter()
                .map(|claimed| claimed.run.profile_id),
        );
    }
    assert_eq!(profiles.len(), 8, "one live run a profile: {profiles:?}");
    assert_eq!(profiles.iter().collect::<BTreeSet<_>>().len(), 8);
    let live = store.read(|reading| reading.live_runs()).await.unwrap();
    assert_eq!(live.len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_run_of_a_profile_gets_its_turn_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 1).await;
    write(&store, |writing| {
        [3, 1, 2]
            .into_iter()
            .try_for_each(|number| writing.insert_run(&run(number, Some(1))))
    })
    .await
    .unwrap();
    for number in 1..=3 {
        let id = RunId::from_bits(number);
        let heads = store
            .read(|reading| reading.claimable(at(50), 9))
            .await
            .unwrap();
        assert_eq!(heads, [id]);
        let ended = write(&store, move |writing| {
            writing.claim(id, at(50), "m")?.unwrap();
            let busy = writing.claimable(at(50), 9)?;
            assert_eq!(busy, [], "the profile is held");
            writing.advance(id, 1, Move::Run, MoveDetail::at(at(51)))?;
            let ended = Move::End {
                ended: Ended::Succeeded,
            };
            writing.advance(id, 1, ended, MoveDetail::at(at(52)))
        })
        .await
        .unwrap();
        assert!(matches!(ended, Applied::Done(_)));
    }
    let all = store
        .read(|reading| reading.runs(&ListRuns::default()))
        .await
        .unwrap();
    assert!(all.rows.iter().all(|row| row.ran_ms == Some(1_000)));
    assert_eq!(all.total, 3);
}
