//! Process models of the BPMN interchange group, as five tools wrote them; then small ones that
//! show what becomes of each thing, and hostile ones.

use std::collections::BTreeMap;

use exchange::{
    Reading, Source,
    bpmn::{self, Drawn, Next, Procedure},
};
use quick_xml::{Reader, events::Event};

use kernel::Kind;

use crate::{
    landing::{Landing, options},
    place,
    undoing::undone,
};

/// What a file can hold that has to be carried or listed.
const COUNTED: [&str; 30] = [
    "process",
    "participant",
    "lane",
    "messageFlow",
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "callActivity",
    "subProcess",
    "adHocSubProcess",
    "transaction",
    "exclusiveGateway",
    "inclusiveGateway",
    "parallelGateway",
    "eventBasedGateway",
    "complexGateway",
    "sequenceFlow",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
];
const BESIDE: [&str; 3] = ["textAnnotation", "association", "group"];

/// Elements by their names, counted without our reader: start tags outside extensions.
fn counted(bytes: &[u8]) -> BTreeMap<String, usize> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|it| char::from(*it)).collect(),
    };
    let mut reader = Reader::from_str(&text);
    let (mut counts, mut extensions, mut prefix) = (BTreeMap::new(), 0, None);
    loop {
        let event = reader.read_event().unwrap();
        let tag = match &event {
            Event::Eof => return counts,
            Event::End(end) => {
                extensions -=
                    i32::from(AsRef::<str>::as_ref(&end.local_name()) == "extensionElements");
                continue;
            }
            Event::Start(tag) | Event::Empty(tag) => tag,
            _ => continue,
        };
        let whole: String = AsRef::<str>::as_ref(&tag.name()).to_owned();
        let (before, name) = whole.split_once(':').unwrap_or(("", &whole));
        let prefix = prefix.get_or_insert_with(|| before.to_owned());
        if name == "extensionElements" {
            extensions += i32::from(matches!(event, Event::Start(_)));
        } else if extensions == 0
            && before == prefix
            && (COUNTED.contains(&name) || BESIDE.contains(&name))
        {
            *counts.entry(name.to_owned()).or_insert(0) += 1;
        }
    }
}

fn drawn(name: &str, bytes: &[u8]) -> Reading<Drawn> {
    let read = bpmn::procedures(Source::new(name, bytes));
    let model = &read.records.model;
    for (at, item) in model.items.iter().enumerate() {
        let (carried, listed) =
            (read.records.carried.contains(&at), read.records.listed.contains(&at));
        assert!(
            carried || listed,
            "{name}: nothing is said of {} {} on line {}",
            item.what,
            item.key,
            item.line
        );
        let said = read.findings.iter().any(|it| {
            it.row == Some(item.line)
                && it.column.as_deref() == Some(&item.what)
                && it.says.len() > 10
                && !it.todo.is_empty()
        });
        assert!(
            said || !listed,
            "{name}: {} on line {} is listed without a finding",
            item.what,
            item.line
        );
    }
    for it in &read.records.procedures {
        sound(name, it);
    }
    read
}

/// Every step leads to steps of the same procedure, and its branches are among the answers.
fn sound(file: &str, it: &Procedure) {
    assert!(!it.name.is_empty() && !it.steps.is_empty(), "{file}");
    let count = it.steps.len();
    for (at, step) in it.steps.iter().enumerate() {
        assert!(!step.name.is_empty(), "{file}: {}", it.name);
        match step.next {
            Next::Step(to) => assert!(to < count && to != at + 1, "{file}: {}", step.name),
            Next::Following => assert!(at + 1 < count, "{file}: {}", step.name),
            // A step goes on with the next position unless something else is said.
            Next::Done => assert_eq!(at + 1, count, "{file}: {} ends in the middle", step.name),
        }
        for question in &step.questions {
            assert!(
                question.choices.len() >= 2 && question.choices.contains(&question.branch_on),
                "{file}: {question:?}"
            );
            let mut distinct = question.choices.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!(distinct.len(), question.choices.len(), "{file}: {question:?}");
            assert!(!matches!(question.branch_to, Next::Step(to) if to >= count), "{file}");
        }
    }
}

#[test]
fn every_model_of_every_tool_comes_in_and_each_element_is_carried_or_listed() {
    let Some(corpus) = place::corpus() else { return };
    let files = place::files(&corpus.join("bpmn"), ".bpmn");
    let mut tools: BTreeMap<String, [usize; 8]> = BTreeMap::new();
    for path in &files {
        let (bytes, name) = (place::bytes(path), path.file_name().unwrap().to_str().unwrap());
        let tool = path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        let read = drawn(&format!("{tool}/{name}"), &bytes);
        let model = &read.records.model;
        let mut ours: BTreeMap<String, usize> = BTreeMap::new();
        for it in model
            .items
            .iter()
            .filter(|it| COUNTED.contains(&it.what.as_str()) || BESIDE.contains(&it.what.as_str()))
        {
            *ours.entry(it.what.clone()).or_default() += 1;
        }
        assert_eq!(ours, counted(&bytes), "{}", path.display());
        assert_eq!(
            bpmn::procedures(Source::new(&format!("{tool}/{name}"), &bytes)),
            read,
            "it comes out the same twice"
        );
        let procedures = &read.records.procedures;
        assert!(
            !procedures.is_empty() || read.faults() > 0,
            "{}: nothing comes of it, and nobody is told",
            path.display()
        );
        let steps = procedures.iter().map(|it| it.steps.len()).sum::<usize>();
        let asked =
            procedures.iter().flat_map(|it| &it.steps).map(|it| it.questions.len()).sum::<usize>();
        let all = model.items.len();
        let wholly = (0..all)
            .filter(|it| read.records.carried.contains(it) && !read.records.listed.contains(it))
            .count();
        let changed = read.records.carried.intersection(&read.records.listed).count();
        let row = tools.entry(tool).or_default();
        for (sum, it) in row.iter_mut().zip([
            1,
            procedures.len(),
            steps,
            asked,
            all,
            wholly,
            changed,
            all - wholly - changed,
        ]) {
            *sum += it;
        }
    }
    println!(
        "{:<38} {:>5} {:>10} {:>5} {:>9} {:>8} {:>7} {:>8} {:>8}",
        "tool",
        "files",
        "procedures",
        "steps",
        "questions",
        "elements",
        "carried",
        "changed",
        "left out"
    );
    for (tool, [files, procedures, steps, asked, all, wholly, changed, left]) in &tools {
        println!(
            "{tool:<38} {files:>5} {procedures:>10} {steps:>5} {asked:>9} {all:>8} {wholly:>7} {changed:>8} {left:>8}"
        );
    }
    let all = tools.values().fold([0; 8], |mut sum, it| {
        sum.iter_mut().zip(it).for_each(|(sum, it)| *sum += it);
        sum
    });
    println!("all: {all:?}");
    assert_eq!(all[0], 165);
}

/// A process of one level: nodes as (element, id, name), flows as (from, to, name).
fn model(nodes: &[(&str, &str, &str)], flows: &[(&str, &str, &str)]) -> String {
    let mut text = String::from("<definitions><process id='p' name='Fire doors'>\n");
    for (element, id, name) in nodes {
        text.push_str(&format!("<{element} id='{id}' name='{name}'/>\n"));
    }
    for (n, (from, to, name)) in flows.iter().enumerate() {
        text.push_str(&format!(
            "<sequenceFlow id='f{n}' name='{name}' sourceRef='{from}' targetRef='{to}'/>\n"
        ));
    }
    text + "</process></definitions>"
}

fn told(text: &str) -> Vec<String> {
    let read = drawn("f.bpmn", text.as_bytes());
    let mut lines = Vec::new();
    for procedure in &read.records.procedures {
        let to = |it: Next| match it {
            Next::Following => "next".to_owned(),
            Next::Step(it) => procedure.steps[it].name.clone(),
            Next::Done => "done".to_owned(),
        };
        for step in &procedure.steps {
            lines.push(format!("{} → {}", step.name, to(step.next)));
            for it in &step.questions {
                lines.push(format!(
                    "  {} [{}] {} → {}",
                    it.name,
                    it.choices.join("/"),
                    it.branch_on,
                    to(it.branch_to)
                ));
            }
        }
    }
    lines
}

#[test]
fn an_exclusive_gateway_is_a_question_of_the_step_before_it() {
    let text = model(
        &[
            ("startEvent", "s", ""),
            ("task", "a", "Look"),
            ("exclusiveGateway", "g", "All closed?"),
            ("task", "b", "Repair"),
            ("task", "c", "Sign"),
            ("endEvent", "e", ""),
        ],
        &[
            ("s", "a", ""),
            ("a", "g", ""),
            ("g", "c", "Yes"),
            ("g", "b", "No"),
            ("b", "a", ""),
            ("c", "e", ""),
        ],
    );
    assert_eq!(
        told(&text),
        ["Look → Sign", "  All closed? [Yes/No] No → Repair", "Repair → Look", "Sign → done"]
    );
}

#[test]
fn more_than_two_ways_are_a_question_for_each_but_the_usual() {
    let text = model(
        &[
            ("task", "a", "Look"),
            ("exclusiveGateway", "g", "How bad?"),
            ("task", "b", "Repair"),
            ("task", "c", "Close off"),
            ("task", "d", "Note"),
        ],
        &[("a", "g", ""), ("g", "d", "Fine"), ("g", "b", "Bad"), ("g", "c", "Very bad")],
    );
    assert_eq!(
        told(&text),
        [
            "Look → next",
            "  How bad? “Bad”? [No/Yes] Yes → Repair",
            "  How bad? “Very bad”? [No/Yes] Yes → Close off",
            "Note → Close",
            "Repair → Close",
            "Close off → next",
            "Close → done",
        ]
    );
}

#[test]
fn a_choice_that_several_things_lead_to_is_a_step_of_its_own() {
    let text = model(
        &[
            ("startEvent", "s", ""),
            ("exclusiveGateway", "m", ""),
            ("exclusiveGateway", "g", "Again?"),
            ("task", "a", "Knock"),
            ("endEvent", "e", ""),
        ],
        &[
            ("s", "m", ""),
            ("m", "a", ""),
            ("a", "x", ""),
            ("g", "m", "Yes"),
            ("g", "e", "No"),
            ("a", "g", ""),
            ("s", "g", ""),
        ],
    );
    let lines = told(&text);
    assert!(lines.iter().any(|it| it == "Decide: Again? → Knock"), "{lines:#?}");
    assert!(lines.iter().any(|it| it == "  Again? [Yes/No] No → done"), "{lines:#?}");
}

#[test]
fn ways_side_by_side_stand_one_after_the_other_and_it_is_said() {
    let text = model(
        &[
            ("startEvent", "s", ""),
            ("parallelGateway", "p", "both"),
            ("task", "a", "A"),
            ("task", "a2", "A2"),
            ("task", "b", "B"),
            ("parallelGateway", "j", ""),
            ("task", "c", "C"),
            ("endEvent", "e", ""),
        ],
        &[
            ("s", "p", ""),
            ("p", "a", ""),
            ("p", "b", ""),
            ("a", "a2", ""),
            ("a2", "j", ""),
            ("b", "j", ""),
            ("j", "c", ""),
            ("c", "e", ""),
        ],
    );
    assert_eq!(told(&text), ["A → next", "A2 → next", "B → next", "C → done"]);
    let read = drawn("f.bpmn", text.as_bytes());
    let said: Vec<&str> = read.with_code("bpmn-changed").map(|it| it.says.as_str()).collect();
    assert_eq!(
        said,
        [
            "Line 3: the parallelGateway “both” has ways that are gone side by side; their steps stand one after the other."
        ]
    );
}

#[test]
fn a_choice_within_one_of_two_ways_comes_back_to_the_other_way() {
    let text = model(
        &[
            ("startEvent", "s", ""),
            ("parallelGateway", "p", ""),
            ("task", "a", "A"),
            ("exclusiveGateway", "g", "Ok?"),
            ("task", "a2", "A2"),
            ("task", "b", "B"),
            ("parallelGateway", "j", ""),
            ("endEvent", "e", ""),
        ],
        &[
            ("s", "p", ""),
            ("p", "a", ""),
            ("p", "b", ""),
            ("a", "g", ""),
            ("g", "j", "Yes"),
            ("g", "a2", "No"),
            ("a2", "j", ""),
            ("b", "j", ""),
            ("j", "e", ""),
        ],
    );
    assert_eq!(told(&text), ["A → B", "  Ok? [Yes/No] No → A2", "A2 → next", "B → done"]);
}

#[test]
fn a_sub_process_stands_in_place_with_its_steps_and_what_it_is_part_of() {
    let text = "<definitions><process id='p' name='Round'><startEvent id='s'/><subProcess id='sub' name='Each door'>
        <startEvent id='i'/><task id='a' name='Look'/><endEvent id='o'/>
        <sequenceFlow id='1' sourceRef='i' targetRef='a'/><sequenceFlow id='2' sourceRef='a' targetRef='o'/></subProcess>
        <task id='b' name='Sign'/><sequenceFlow id='3' sourceRef='s' targetRef='sub'/><sequenceFlow id='4' sourceRef='sub' targetRef='b'/></process></definitions>";
    assert_eq!(told(text), ["Look → next", "Sign → done"]);
    let read = drawn("f.bpmn", text.as_bytes());
    assert_eq!(read.records.procedures[0].steps[0].about, "Part of: Each door.");
}

#[test]
fn an_event_on_the_edge_of_a_task_is_asked_about() {
    let text = "<definitions><process id='p' name='Call'><task id='a' name='Ring'/>
        <boundaryEvent id='t' name='Nobody answers' attachedToRef='a'><timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition></boundaryEvent>
        <task id='b' name='Write'/><sequenceFlow id='1' sourceRef='t' targetRef='b'/></process></definitions>";
    assert_eq!(
        told(text),
        [
            "Ring → Close",
            "  Did this happen meanwhile: “Nobody answers”? [No/Yes] Yes → Write",
            "Write → next",
            "Close → done"
        ]
    );
}

#[test]
fn lanes_say_who_does_what_and_a_timer_when() {
    let text = "<definitions><collaboration id='c'><participant id='x' name='Estates' processRef='p'/><participant id='y' name='Police'/>
        <messageFlow id='m' name='a call' sourceRef='b' targetRef='y'/></collaboration>
        <process id='p'><laneSet id='l'><lane id='l1' name='Site manager'><flowNodeRef>a</flowNodeRef></lane><lane id='l2' name='Caretaker'><flowNodeRef>b</flowNodeRef></lane></laneSet>
        <startEvent id='s'><timerEventDefinition><timeCycle>R/P1W</timeCycle></timerEventDefinition></startEvent>
        <task id='a' name='Look'/><task id='b' name='Report'/>
        <sequenceFlow id='1' sourceRef='s' targetRef='a'/><sequenceFlow id='2' sourceRef='a' targetRef='b'/></process></definitions>";
    let read = drawn("f.bpmn", text.as_bytes());
    let it = &read.records.procedures[0];
    assert_eq!(
        (it.name.as_str(), it.post.as_deref(), it.schedule.as_deref()),
        ("Estates", Some("Site manager"), Some("FREQ=WEEKLY"))
    );
    assert_eq!(
        (it.steps[0].post.as_deref(), it.steps[1].post.as_deref()),
        (None, Some("Caretaker"))
    );
    assert_eq!(it.steps[1].about, "Sends a call to Police.");
}

#[test]
fn what_has_no_place_is_said_with_its_line_and_what_to_do() {
    let text = "<definitions>\n<process id='p' name='P'>\n<task id='a' name='A'><documentation>How</documentation></task>\n<dataObjectReference id='d' name='Plan'/>\n<sequenceFlow id='f' sourceRef='a' targetRef='gone'/>\n<sparkle id='z'/>\n<v:task xmlns:v='v' id='v'/>\n<startEvent id='a'/>\n</process>\n</definitions>";
    let read = drawn("f.bpmn", text.as_bytes());
    let said: Vec<String> = read
        .findings
        .iter()
        .map(|it| format!("{} {} {}", it.code, it.row.unwrap_or(0), it.says))
        .collect();
    for wanted in [
        "id-repeated 8 Line 8: startEvent has the id of an element on line 3; whatever points at it means the first.",
        "bpmn-left-out 4 Line 4: the dataObjectReference “Plan” is data, which a procedure keeps as answers.",
        "bpmn-left-out 5 Line 5: the sequenceFlow has an end that is not in the file.",
        "bpmn-left-out 6 Line 6: the sparkle is nothing that is known here.",
        "bpmn-left-out 7 Line 7: the v:task is nothing that is known here.",
    ] {
        assert!(said.iter().any(|it| it == wanted), "{wanted}\n{said:#?}");
    }
    assert_eq!(read.records.procedures[0].steps[0].about, "How");
}

#[test]
fn hostile_models_are_answered_in_bounded_time() {
    let refused = drawn("f.bpmn", b"<!DOCTYPE d [<!ENTITY a 'b'>]><definitions/>");
    assert_eq!(refused.findings[0].code, "doctype");
    assert_eq!(drawn("f.bpmn", b"<plan/>").findings[0].code, "not-bpmn");
    assert!(drawn("f.bpmn", b"").faults() > 0);
    // A ring of gateways with nothing to do, and events that lead to one another.
    let ring: Vec<(String, String)> =
        (0..900).map(|n| (format!("g{n}"), format!("g{}", (n + 1) % 900))).collect();
    let nodes: Vec<(&str, &str, &str)> = ring
        .iter()
        .map(|it| ("exclusiveGateway", it.0.as_str(), ""))
        .chain([("task", "t", "T")])
        .collect();
    let flows: Vec<(&str, &str, &str)> =
        ring.iter().map(|it| (it.0.as_str(), it.1.as_str(), "")).chain([("t", "g0", "")]).collect();
    drawn("f.bpmn", model(&nodes, &flows).as_bytes());
    // Every gateway splits to every other one.
    let mut wild = Vec::new();
    for n in 0..60 {
        wild.extend((0..60).map(|to| (format!("g{n}"), format!("g{to}"))));
    }
    let nodes: Vec<(String, &str)> = (0..60)
        .map(|n| (format!("g{n}"), if n % 3 == 0 { "task" } else { "parallelGateway" }))
        .collect();
    let nodes: Vec<(&str, &str, &str)> = nodes.iter().map(|it| (it.1, it.0.as_str(), "")).collect();
    let flows: Vec<(&str, &str, &str)> =
        wild.iter().map(|it| (it.0.as_str(), it.1.as_str(), "")).collect();
    drawn("f.bpmn", model(&nodes, &flows).as_bytes());
    // Sub-processes in one another, deeper than is read.
    let deep = format!("<definitions><process id='p'>{}", "<subProcess>".repeat(100_000));
    assert!(drawn("f.bpmn", deep.as_bytes()).findings.iter().any(|it| it.code == "too-deep"));
    // More than a procedure can hold.
    let many: Vec<String> = (0..5_000).map(|n| format!("t{n}")).collect();
    let nodes: Vec<(&str, &str, &str)> = many.iter().map(|it| ("task", it.as_str(), "T")).collect();
    let read = bpmn::procedures(Source::new("f.bpmn", model(&nodes, &[]).as_bytes()));
    assert!(
        read.records.procedures.is_empty()
            && read.findings.iter().any(|it| it.says.contains("larger than a procedure can be"))
    );
}

/// An organisation with two posts.
fn with_posts() -> Landing {
    let mut landing = Landing::new();
    for name in ["Site manager", "Head caretaker"] {
        let json = format!(
            r#"{{"post":{{"establish":{{"from":"2000-01-01","terms":{{"name":"{name}","unit":"UNIT-1"}}}}}}}}"#
        );
        landing.run(&serde_json::from_str(&json).unwrap(), None);
    }
    landing
}

const TWO_LANES: &str = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p' name='Door round'>
<laneSet id='l'><lane id='l1' name='Site manager'><flowNodeRef>a</flowNodeRef></lane><lane id='l2' name='Caretaker'><flowNodeRef>b</flowNodeRef></lane></laneSet>
<task id='a' name='Look'/><exclusiveGateway id='g' name='All closed?'/><task id='b' name='Repair'/><task id='c' name='Sign'/>
<sequenceFlow id='1' sourceRef='a' targetRef='g'/><sequenceFlow id='2' name='Yes' sourceRef='g' targetRef='c'/>
<sequenceFlow id='3' name='No' sourceRef='g' targetRef='b'/><sequenceFlow id='4' sourceRef='b' targetRef='a'/></process></definitions>";

#[test]
fn a_model_is_looked_at_brought_in_and_taken_back() {
    let mut landing = with_posts();
    let files: &[(&str, &[u8])] = &[("round.bpmn", TWO_LANES.as_bytes())];
    // What it is is seen by itself; a lane that no post is called is asked about, the nearest first.
    let look = landing.plan("any", files, &options(&[]));
    let ask = look.findings.iter().find(|it| it.code == "post-to-choose").unwrap();
    let ask = ask.ask.as_ref().unwrap();
    assert_eq!((ask.option.as_str(), ask.must, ask.choices.len()), ("is.post.Caretaker", false, 2));
    let before = landing.state.clone();
    landing.import("bpmn", files, &options(&[("is.post.Caretaker", "POST-2")]));
    let view =
        kernel::read::view::View::new(&landing.state, crate::landing::day(crate::landing::TODAY));
    let told =
        |of: &str, field: &str| exchange::wire::cell(&view.value(of.parse().unwrap(), field));
    assert_eq!(view.list(Kind::Step, false).count(), 3);
    assert_eq!(told("STEP-1", "next"), "STEP-3");
    assert_eq!(told("STEP-2", "post"), "POST-2");
    assert_eq!(told("STEP-2", "next"), "STEP-1");
    assert_eq!(told("QUES-1", "branch_to"), "STEP-2");
    let stood = [Kind::Procedure, Kind::Step, Kind::Question];
    undone(&mut landing, &before);
    let view =
        kernel::read::view::View::new(&landing.state, crate::landing::day(crate::landing::TODAY));
    assert!(stood.into_iter().all(|it| view.list(it, false).next().is_none()));
}

#[test]
fn every_model_lands_once_it_is_said_who_does_it() {
    let Some(corpus) = place::corpus() else { return };
    let (mut procedures, mut steps, mut questions, mut asked) = (0, 0, 0, 0);
    for path in place::files(&corpus.join("bpmn"), ".bpmn") {
        let bytes = place::bytes(&path);
        let name = path.file_name().unwrap().to_str().unwrap();
        let drawn = bpmn::procedures(Source::new(name, &bytes)).records.procedures;
        let mut landing = with_posts();
        let files: &[(&str, &[u8])] = &[(name, &bytes)];
        let look = landing.plan("bpmn", files, &options(&[]));
        let asks: Vec<String> = look
            .findings
            .iter()
            .filter_map(|it| it.ask.as_ref())
            .map(|it| it.option.clone())
            .collect();

        let answers: Vec<(&str, &str)> = asks.iter().map(|it| (it.as_str(), "POST-1")).collect();
        // Steps of a procedure that waited for its post ask once it is there.
        let more = landing.plan("bpmn", files, &options(&answers));
        let more: Vec<String> = more
            .findings
            .iter()
            .filter_map(|it| it.ask.as_ref())
            .map(|it| it.option.clone())
            .collect();
        let answers: Vec<(&str, &str)> =
            answers.into_iter().chain(more.iter().map(|it| (it.as_str(), "POST-1"))).collect();
        asked += answers.iter().map(|it| it.0).collect::<std::collections::BTreeSet<_>>().len();
        let plan = landing.import("bpmn", files, &options(&answers));
        let odd: Vec<&exchange::Finding> = plan
            .findings
            .iter()
            .filter(|it| {
                ["refused", "link-left-out", "same-record", "several-match"].contains(&it.code)
            })
            .collect();
        assert!(odd.is_empty(), "{}: {odd:#?}", path.display());
        let view = kernel::read::view::View::new(
            &landing.state,
            crate::landing::day(crate::landing::TODAY),
        );
        let count = |kind| view.list(kind, false).count();
        assert_eq!(count(Kind::Procedure), drawn.len(), "{}", path.display());
        assert_eq!(
            count(Kind::Step),
            drawn.iter().map(|it| it.steps.len()).sum::<usize>(),
            "{}",
            path.display()
        );
        procedures += count(Kind::Procedure);
        steps += count(Kind::Step);
        questions += count(Kind::Question);
    }
    println!(
        "landed: {procedures} procedures, {steps} steps, {questions} questions; {asked} posts asked for"
    );
    assert_eq!(questions, 416);
}
