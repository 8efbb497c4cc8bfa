using SaliencyCluster.Attribution;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Local;

/// <summary>What a model says of single images, on one device in this process.</summary>
/// <param name="device">Where it is evaluated.</param>
/// <param name="model">The model.</param>
/// <param name="layout">Where its input has its channels.</param>
public sealed class LocalOutputs(Device device, OnnxModel model, ImageLayout layout)
{
    /// <summary>Gets the logits, or another output, of an image.</summary>
    /// <param name="image">The prepared image, channels first.</param>
    /// <param name="output">The output; null means the model's first.</param>
    /// <param name="cancellation">Ends the run.</param>
    public Task<float[]> LogitsAsync(Tensor image, string? output, CancellationToken cancellation) =>
        RunAsync(image, Spec(image) with { Output = output }, cancellation);

    /// <summary>Gets a tensor between image and outputs.</summary>
    /// <param name="image">The prepared image, channels first.</param>
    /// <param name="tensor">Its name.</param>
    /// <param name="cancellation">Ends the run.</param>
    public Task<float[]> TensorAsync(Tensor image, string tensor, CancellationToken cancellation) =>
        RunAsync(image, Spec(image) with { Output = tensor, Score = ScoreKind.Tensor }, cancellation);

    private ExplanationSpec Spec(Tensor image) => new()
    {
        ImageShape = [.. image.Shape.Select(d => (long)d)], Layout = layout, Map = PointMap.None,
    };

    private Task<float[]> RunAsync(Tensor image, ExplanationSpec spec, CancellationToken cancellation) =>
        device.RunAsync(GraphSource.Of(model, spec), (runner, token) =>
        {
            image.Data.CopyTo(runner.Points);
            runner.OutputGradients.Clear();
            runner.Run(token);
            return runner.Outputs.ToArray();
        }, cancellation);
}
