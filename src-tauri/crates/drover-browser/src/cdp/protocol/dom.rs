//! `DOM.*`: the few questions that a script cannot answer.

use serde::{Deserialize, Serialize};

use super::{Nothing, command};

/// Asks what a node is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeNode<'a> {
    /// The node, as an object of the page.
    pub object_id: &'a str,
}
command!(DescribeNode<'a>, "DOM.describeNode", DescribedNode);

/// What a node is.
#[derive(Debug, Deserialize)]
pub struct DescribedNode {
    /// The node.
    pub node: Node,
}

/// A node.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// The frame that the element holds, if it is the element of a frame.
    pub frame_id: Option<String>,
}

/// Puts files into a file field, named as an object of the page or by its number.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetFileInputFiles<'a> {
    /// Absolute paths.
    pub files: &'a [String],
    /// The field as an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_id: Option<&'a str>,
    /// The field by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend_node_id: Option<i64>,
}
command!(SetFileInputFiles<'a>, "DOM.setFileInputFiles", Nothing);
