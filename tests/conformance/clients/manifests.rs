//! Manifests, as kubectl itself reads them.

use serde_json::{Value, json};

use super::served::Served;

/// What the program's own reader is held against, see `src/render/manifest`.
const TABLE: &str = include_str!("../../golden/manifests.tsv");

/// Scalars as they are written behind `k: `, with what they mean by the table.
fn scalars() -> Vec<(String, Value)> {
    let rows = TABLE
        .lines()
        .filter_map(|row| row.strip_prefix("\"k: ")?.split_once("\\n\"\t"));
    let rows = rows.filter(|(written, result)| !written.contains("\\n") && *result != "error");
    rows.map(|(written, result)| {
        let written: String = serde_json::from_str(&format!("\"{written}\"")).unwrap();
        let result: Value = serde_json::from_str(result).unwrap();
        (written, result["k"].clone())
    })
    .collect()
}

/// What kubectl makes of a file in the folder of the world, object by object.
async fn read(served: &Served, file: &str) -> Vec<Value> {
    let line = format!("create --dry-run=client --validate=false -o json -f {file}");
    let created = served.kubectl(&line).await.exits(0);
    let objects = serde_json::Deserializer::from_str(&created.stdout).into_iter();
    objects.collect::<Result<_, _>>().unwrap()
}

/// Whole floats are whole numbers to Kubernetes, and numbers beyond 64 bits with a sign are floats.
fn compared(value: &Value) -> Value {
    match value.as_f64() {
        Some(number) => json!(number),
        None => value.clone(),
    }
}

#[tokio::test]
async fn the_table_of_scalars_is_what_kubectl_reads() {
    let served = Served::start().await;
    let scalars = scalars();
    assert!(scalars.len() >= 400, "{}", scalars.len());
    let documents = scalars.iter().enumerate().map(|(index, (written, _))| {
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{index}}}\nk: {written}\n")
    });
    std::fs::write(served.path("scalars.yaml"), documents.collect::<String>()).unwrap();
    let items = read(&served, "scalars.yaml").await;
    assert_eq!(items.len(), scalars.len());
    for (item, (written, expected)) in items.iter().zip(&scalars) {
        assert_eq!(compared(&item["k"]), compared(expected), "{written}");
    }
}

#[tokio::test]
async fn what_render_prints_is_what_kubectl_reads() {
    let served = Served::start().await;
    let folder = served.path("templates/k8s");
    std::fs::create_dir_all(&folder).unwrap();
    let texts: Vec<String> = scalars().into_iter().map(|(written, _)| written).collect();
    let data: serde_json::Map<String, Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| (format!("key-{index}"), json!(text)))
        .collect();
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": data,
        "metadata": {"name": "texts", "namespace": "fargate-game-2048"}});
    std::fs::write(folder.join("texts.yaml"), object.to_string()).unwrap();
    for format in ["human", "json"] {
        let rendered = served
            .lab2048(&format!("render --templates templates -o {format}"))
            .await
            .exits(0);
        std::fs::write(served.path("rendered"), &rendered.stdout).unwrap();
        let items = read(&served, "rendered").await;
        assert_eq!(items.len(), 5);
        let texts = items.iter().find(|item| item["metadata"]["name"] == "texts").unwrap();
        assert_eq!(texts["data"], Value::Object(data.clone()), "{format}");
    }
}
