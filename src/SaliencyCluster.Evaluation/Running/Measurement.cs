namespace SaliencyCluster.Evaluation.Running;

/// <summary>One number: a measure of one image's map under one condition.</summary>
/// <param name="Check">The check that asked, such as <c>randomization</c>.</param>
/// <param name="Method">The method under test.</param>
/// <param name="Measure">What was measured, such as <c>ssim</c>.</param>
/// <param name="Condition">What tells series of one check apart: the order of layers, the model, the walk.</param>
/// <param name="Stage">Position on the horizontal axis, from 0; 0 where there is none.</param>
/// <param name="StageLabel">What that position means: a layer, a share of pixels.</param>
/// <param name="Seed">Index of the seed.</param>
/// <param name="Image">Index of the image.</param>
/// <param name="Value">The number; NaN where the measure is not defined.</param>
public sealed record Measurement(
    string Check, string Method, string Measure, string Condition, int Stage, string StageLabel, int Seed, uint Image, double Value);
