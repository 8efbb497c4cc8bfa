using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>What is to be drawn: one unit, or one layer of one image.</summary>
/// <param name="Name">What it is called in results.</param>
/// <param name="Request">How.</param>
/// <param name="Image">Where it starts, or what is inverted; channels first.</param>
internal sealed record DrawingTask(string Name, ExplanationRequest Request, Tensor Image)
{
    /// <summary>Gets in words where magnitudes that stay are from; null where they change.</summary>
    public string? Spectrum { get; init; }
}

/// <summary>One image that was drawn.</summary>
/// <param name="Frames">Images on the way, <c>[frames, ..image]</c>, channels first; the last one is the end.</param>
/// <param name="Trace">The score of each step.</param>
/// <param name="FrameScores">The score of each of these images.</param>
/// <param name="Target">What was looked at, resolved.</param>
/// <param name="Label">The class, where there is one.</param>
/// <param name="Parameters">The options as resolved.</param>
/// <param name="Points">Evaluations of the network.</param>
/// <param name="Seconds">Time from start to end.</param>
internal sealed record Drawing(
    Tensor Frames, IReadOnlyList<float> Trace, IReadOnlyList<float> FrameScores, string Target, string? Label,
    IReadOnlyDictionary<string, object?> Parameters, long Points, double Seconds)
{
    /// <summary>Gets an image.</summary>
    public Tensor Frame(int index)
    {
        var size = Frames.Data.Length / Frames.Shape[0];
        return new(Frames.Shape[1..], Frames.Data[(index * size)..((index + 1) * size)]);
    }

    /// <summary>Gets the end.</summary>
    public Tensor End => Frame(Frames.Shape[0] - 1);
}

/// <summary>What the model says of a picture that was saved and read back.</summary>
/// <param name="Class">The class with the greatest score; null where the output has none.</param>
/// <param name="Label">Its name, where there is one.</param>
/// <param name="Probability">Its probability; null where that is not known.</param>
/// <param name="Score">The score that was looked for; null where that is not known.</param>
/// <param name="Features">What a layer holds, to compare pictures by; empty where that is not known.</param>
internal sealed record Look(int? Class, string? Label, double? Probability, double? Score, float[] Features)
{
    /// <summary>Gets the layer of <see cref="Features"/>.</summary>
    public string? FeatureLayer { get; init; }
}

/// <summary>Where images are drawn.</summary>
internal interface IStudio
{
    /// <summary>Gets the gradients and forward passes that one image takes.</summary>
    /// <exception cref="SaliencyException">SAL20xx: what is wrong with the request.</exception>
    string Cost(DrawingTask task, int restarts);

    /// <summary>Draws a task's restarts.</summary>
    Task<IReadOnlyList<(Drawing? Drawing, SaliencyException? Failure)>> DrawAsync(DrawingTask task, int restarts,
        CancellationToken cancellation);

    /// <summary>Looks at a picture, as it was saved and read back.</summary>
    Task<Look> LookAsync(DrawingTask task, Drawing drawing, Tensor picture, CancellationToken cancellation);
}
