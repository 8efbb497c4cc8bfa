using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.TestKit.Zoo;

/// <summary>Computes the gradient of a zoo model with our explanation graph in ONNX Runtime.</summary>
/// <param name="Score">The explained score.</param>
/// <param name="Gradient">Its gradient with respect to the image.</param>
public sealed record ZooRun(double Score, double[] Gradient)
{
    /// <param name="model">The model.</param>
    /// <param name="batch">How many images are evaluated together; all but the first are other images with weight 0.</param>
    public static ZooRun Of(ZooModel model, int batch = 1)
    {
        var graph = ExplanationCompiler.Compile(
            ModelReader.ReadFile(model.OnnxFile), new ExplanationSpec { ImageShape = model.Image, MicroBatch = batch });
        var images = Enumerable.Range(0, batch).SelectMany(i => i == 0 ? model.Pixels() : NoiseImage.Of(model.Image, 100 + i));
        var seed = ZooSeed.Of(model.Target, graph.OutputShape);
        var weight = new double[batch];
        weight[0] = 1;
        using var session = new OrtModel(graph.Model);
        var result = session.Run(("point", [.. images]), ("seed", [.. Enumerable.Repeat(seed, batch).SelectMany(s => s)]), ("weight", weight));
        return new(result["score"][0], result["partial"]);
    }
}
