using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.TestKit.Zoo;

/// <summary>Computes gradients of a zoo model with our explanation graph in ONNX Runtime.</summary>
public sealed class ZooRun : IDisposable
{
    private readonly OrtModel _session;
    private readonly ExplanationGraph _graph;

    /// <param name="model">The model.</param>
    /// <param name="batch">How many images are evaluated together.</param>
    /// <param name="device">The kind of device that the graph is written for.</param>
    public ZooRun(ZooModel model, int batch = 1, DeviceKind device = DeviceKind.Cpu)
    {
        _graph = ExplanationCompiler.Compile(
            ModelReader.ReadFile(model.OnnxFile), new ExplanationSpec { ImageShape = model.Image, MicroBatch = batch, Device = device });
        _session = new OrtModel(_graph.Model);
    }

    /// <summary>The explained score of an image and its gradient. Other images of the batch are different ones, with weight 0.</summary>
    public (double Score, double[] Gradient) Of(ZooModel model)
    {
        var batch = _graph.Spec.MicroBatch;
        var images = Enumerable.Range(0, batch).SelectMany(i => i == 0 ? model.Pixels() : NoiseImage.Of(model.Image, 100 + i));
        var seed = ZooSeed.Of(model.Target, _graph.OutputShape);
        var weight = new double[batch];
        weight[0] = 1;
        var result = _session.Run(("point", [.. images]), ("output_gradient", [.. Enumerable.Repeat(seed, batch).SelectMany(s => s)]), ("weight", weight));
        return (result["score"][0], result["partial"]);
    }

    public void Dispose() => _session.Dispose();
}
