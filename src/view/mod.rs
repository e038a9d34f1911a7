//! SHOWS: draws the model, pure.
pub mod theme;

/// Draws the model.
pub fn draw(_model: &crate::app::model::Model, _theme: &theme::Theme, _frame: &mut ratatui::Frame<'_>) {}
