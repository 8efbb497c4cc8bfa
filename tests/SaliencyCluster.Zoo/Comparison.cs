using System.Globalization;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.Running;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Zoo;

/// <summary>Compares our gradients of one exported model with PyTorch's in float64, over all its images.</summary>
internal static class Comparison
{
    private const double Tolerance = 1e-4;
    private const double FrameworkFactor = 1.5;

    /// <summary>Prints a row of a Markdown table; 0 if the model is within its bound.</summary>
    public static int Print(string folder, string name)
    {
        var cases = ZooModel.NamesIn(folder).Where(n => n == name || n.StartsWith(name + ".image", StringComparison.Ordinal))
            .Select(n => ZooModel.Load(folder, n)).ToList();
        var first = cases[0];
        var nodes = ModelReader.ReadFile(first.OnnxFile).Proto.Graph.Node.Count;
        using var run = new ZooRun(first);
        var ours = cases.Select(c => Numbers.RelativeError(run.Of(c).Gradient, c.Gradient())).ToList();
        var theirs = cases.Select(c => c.FrameworkError).ToList();

        var small = ours.Max() < Tolerance;
        var ok = small || RootMeanSquare(ours) < FrameworkFactor * RootMeanSquare(theirs);
        var verdict = !ok ? "**missed**" : small ? "under 1e-4" : "as PyTorch's float32";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {first.Opset} | {nodes} | {ours.Min():0.0e+0} | {RootMeanSquare(ours):0.0e+0} | {theirs.Min():0.0e+0} | {RootMeanSquare(theirs):0.0e+0} | {verdict} |"));
        return ok ? 0 : 1;
    }

    private static double RootMeanSquare(List<double> values) => Math.Sqrt(values.Average(v => v * v));
}
