mod screens;
mod support;
