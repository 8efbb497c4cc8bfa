namespace SaliencyCluster.Runtime.Sessions;

/// <summary>The names of inputs and outputs of an <see cref="Autodiff.ExplanationGraph"/>.</summary>
internal static class GraphTensor
{
    public const string Point = "point", OutputGradient = "output_gradient", Weight = "weight", Multiplier = "multiplier";
    public const string Image = "image", Baseline = "baseline", Key = "key";
    public const string Alpha = "alpha", Sample = "sample", Scale = "scale", Variant = "variant", Window = "window";
    public const string Score = "score", Output = "output", Partial = "partial", PartialSquared = "partial_squared";

    public static readonly string[] Inputs = [Point, OutputGradient, Weight, Multiplier];
    public static readonly string[] Outputs = [Score, Output, Partial, PartialSquared];
}
