using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>What makes the maps: an attribution method with its options, or a control that knows nothing of the model.</summary>
/// <param name="Name">Name in results, unique within an evaluation.</param>
/// <param name="Request">The method and its options; null for controls.</param>
/// <param name="Control">The control; null for methods.</param>
public sealed record MethodUnderTest(string Name, ExplanationRequest? Request, ControlKind? Control)
{
    /// <summary>Gets whether this is a variant with noise around it that only the smoothed randomisation test asks for.</summary>
    public bool Smoothed { get; init; }

    /// <summary>Gets the controls of every report: what a map scores that looks only at the image, and one that looks at nothing.</summary>
    public static IReadOnlyList<MethodUnderTest> Controls { get; } =
        [new("control: Sobel edges", null, ControlKind.Sobel), new("control: Canny edges", null, ControlKind.Canny), new("control: random map", null, ControlKind.Random)];

    /// <summary>Makes a method of a request, named as the request's method unless a name is given.</summary>
    public static MethodUnderTest Of(ExplanationRequest request, string? name = null) => new(name ?? request.Method, request, null);

    /// <summary>
    /// The mean of this method's maps over noisy copies of the image, for the smoothed randomisation test: Quantus' noise of a tenth of
    /// the image's range and 50 samples.
    /// </summary>
    /// <remarks>Hedstroem et al., 2024, https://arxiv.org/abs/2405.02383. Quantus' last sample has no noise; ours all have.</remarks>
    public MethodUnderTest WithNoise() => new(
        $"{Name}, smoothed", Request! with { Smooth = "smoothgrad", Samples = 50, Stdev = 0.1, StdevKind = "relative" }, null) { Smoothed = true };

}

/// <summary>Maps that are made without a model.</summary>
public enum ControlKind
{
    /// <summary>Sobel edge strength of the image.</summary>
    Sobel,

    /// <summary>Canny edges of the image.</summary>
    Canny,

    /// <summary>Independent uniform numbers, drawn anew for every question.</summary>
    Random,
}
