//! The pictures of the live models: one file a model, chosen by an exhaustive match.

mod aurora;
mod cache;
mod connections;
mod duel;
mod dynamodb;
mod fanout;
mod lines;
mod queue;
mod rds;
mod stream;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::theme::Theme;
use crate::models::journal::ObjectId;
use crate::models::registry::Model;
use crate::words::Lang;

/// Where and how a picture is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'a> {
    /// The looks.
    pub(crate) theme: &'a Theme,
    /// The language of the labels.
    pub(crate) lang: Lang,
    /// The cells to draw in, and no others; 38 columns and 4 rows are enough for something useful.
    pub(crate) area: Rect,
    /// What is selected.
    pub(crate) selected: Option<ObjectId>,
    /// What the last moments touched: marked for as long.
    pub(crate) fresh: &'a [ObjectId],
}

/// Draws the picture of a model.
pub(crate) fn draw(model: &Model, stage: &Stage<'_>, buf: &mut Buffer) {
    match model {
        Model::Queue(timeline) => queue::draw(timeline, stage, buf),
        Model::Stream(timeline) => stream::draw(timeline, stage, buf),
        Model::Duel(timeline) => duel::draw(timeline, stage, buf),
        Model::Fanout(timeline) => fanout::draw(timeline, stage, buf),
        Model::Aurora(timeline) => aurora::draw(timeline, stage, buf),
        Model::Cache(timeline) => cache::draw(timeline, stage, buf),
        Model::Rds(timeline) => rds::draw(timeline, stage, buf),
        Model::Connections(timeline) => connections::draw(timeline, stage, buf),
        Model::DynamoDb(timeline) => dynamodb::draw(timeline, stage, buf),
    }
}

/// How many rows a picture of this width would like, `most` at most.
pub(crate) fn height(model: &Model, width: u16, most: u16) -> u16 {
    match model {
        Model::Queue(timeline) => queue::height(timeline, width, most),
        Model::Stream(timeline) => stream::height(timeline, width, most),
        Model::Duel(timeline) => duel::height(timeline, width, most),
        Model::Fanout(timeline) => fanout::height(timeline, width, most),
        Model::Aurora(timeline) => aurora::height(timeline, width, most),
        Model::Cache(timeline) => cache::height(timeline, width, most),
        Model::Rds(timeline) => rds::height(timeline, width, most),
        Model::Connections(timeline) => connections::height(timeline, width, most),
        Model::DynamoDb(timeline) => dynamodb::height(timeline, width, most),
    }
}
