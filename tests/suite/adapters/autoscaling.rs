//! Whole objects of Application Auto Scaling, from answers in AWS's shape.
