using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary>A model in words and as JSON.</summary>
internal static class ModelText
{
    public static object? Json(Quarantine? q) =>
        q is null ? null : new { q.Sha256, since = q.Since.ToDateTimeOffset(), q.Ended, q.Last };

    public static object Json(Model m) => new
    {
        m.Name,
        m.Version,
        m.Sha256,
        m.Size,
        addedAt = m.AddedAt.ToDateTimeOffset(),
        m.Opset,
        m.Parameters,
        m.Input,
        m.ImageShape,
        m.Layout,
        m.Output,
        m.OutputShape,
        outputs = m.Outputs.Select(o => new { o.Name, o.Shape, problem = o.Problem.Length == 0 ? null : o.Problem }),
        detector = DetectorText.Of(m),
        m.EndsInSoftmax,
        m.Activation,
        m.FreeBatch,
        m.Labels,
        preprocessing = new { m.Preprocessing.Scale, m.Preprocessing.Mean, m.Preprocessing.Std, m.Preprocessing.BlueFirst,
            m.Preprocessing.Resize },
        cost = m.Cost is { } c ? new { c.ForwardPeakBytes, c.ForwardOperations, c.GradientPeakBytes, c.GradientOperations } : null,
        quarantine = Json(m.Quarantine),
        lastConv = m.LastConv.Length == 0 ? null : m.LastConv,
        layers = m.Layers.Select(l => new { l.Tensor, l.Operator, l.Shape, l.GradCam }),
        attention = m.Attention.Select(a => new { a.Name, a.Heads, a.Queries, a.Keys, problem = a.Problem.Length == 0 ? null : a.Problem }),
        attentionProblem = m.AttentionProblem.Length == 0 ? null : m.AttentionProblem,
        methods = m.Methods.Select(s => new { s.Method, supported = s.Missing.Length == 0, missing = s.Missing.Length == 0 ? null : s.Missing }),
    };

    public static void Print(CliHost host, Model model)
    {
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, Json(model));
            return;
        }
        TablePrinter.Print(host, ["property", "value"], Lines(model).Select(l => new[] { l.Label, l.Value }));
        host.Out.WriteLine();
        TablePrinter.Print(host, ["layer", "operator", "shape", "Grad-CAM"], model.Layers.Select(l => new[]
        {
            l.Tensor, l.Operator, $"[{ShapeText.Of(l.Shape)}]", l.Tensor == model.LastConv ? "yes (last-conv)" : l.GradCam ? "yes" : "no",
        }));
        Attention(host, Attention(model));
        host.Out.WriteLine();
        TablePrinter.Print(host, ["method", "works", "why not"], model.Methods.Select(m => new[] { m.Method, m.Missing.Length == 0 ? "yes" : "no", m.Missing }));
    }

    /// <summary>Prints the layers in which tokens attend to tokens, where there are some.</summary>
    public static void Attention(CliHost host, AttentionSummary? attention)
    {
        if (attention is null) return;
        host.Out.WriteLine();
        TablePrinter.Print(host, ["attention", "heads", "tokens", "maps"], attention.Layers.Select(l => new[]
        {
            l.Name, Count(l.Heads), l.Queries == l.Keys ? Count(l.Keys) : $"{Count(l.Queries)} to {Count(l.Keys)}",
            (l.Problem ?? attention.Problem) is { } problem ? $"no: {problem}" : "yes",
        }));

        static string Count(long count) => count < 0 ? "?" : string.Create(CultureInfo.InvariantCulture, $"{count}");
    }

    private static AttentionSummary? Attention(Model m) => m.Attention.Count == 0 ? null : new(
        [.. m.Attention.Select(a => new AttentionInfo(a.Name, a.Heads, a.Queries, a.Keys, a.Problem.Length > 0 ? a.Problem : null))],
        m.AttentionProblem.Length > 0 ? m.AttentionProblem : null, null);

    private static IEnumerable<(string Label, string Value)> Lines(Model m)
    {
        yield return ("model", $"{m.Name}:{m.Version}");
        yield return ("sha256", m.Sha256);
        if (m.Quarantine is { } q)
        {
            var ended = q.Ended == 1 ? "a process" : $"{q.Ended} processes";
            yield return ("quarantined", $"since {q.Since.ToDateTimeOffset():u}: it ended {ended}; the last time: {q.Last}");
        }
        yield return ("size", string.Create(CultureInfo.InvariantCulture, $"{Size(m.Size)}, {m.Parameters:N0} parameters, opset {m.Opset}"));
        yield return ("input", $"{m.Input} [{ShapeText.Of(m.ImageShape)}]{(m.ImageShape.Count == 3 ? $", {m.Layout}" : "")}, (pixel * {Number(m.Preprocessing.Scale)} - {Numbers(m.Preprocessing.Mean)}) / {Numbers(m.Preprocessing.Std)}");
        if (m.ImageShape.Count == 3) yield return ("pictures", Pictures(m.Preprocessing));
        yield return ("output", $"{m.Output} [{ShapeText.Of(m.OutputShape)}]{(m.EndsInSoftmax ? $", {(m.Activation.Length > 0 ? m.Activation : "Softmax")}; logits are explained unless --score probability" : "")}");
        foreach (var other in m.Outputs.Where(o => o.Name != m.Output)) yield return Output(other.Name, other.Shape, other.Problem);
        if (DetectorText.Of(m) is { } detector) yield return ("detector", detector);
        foreach (var row in Cost(m.Cost is { } c ? new(c.ForwardPeakBytes, c.ForwardOperations, c.GradientPeakBytes, c.GradientOperations) : null)) yield return (row[0], row[1]);
        if (m.Labels.Count > 0) yield return ("labels", string.Join(", ", m.Labels.Take(12)) + (m.Labels.Count > 12 ? $", ... ({m.Labels.Count})" : ""));
    }

    /// <summary>Gets an output that is not explained unless a request names it, as a row of a table.</summary>
    public static (string Label, string Value) Output(string name, IReadOnlyList<long> shape, string? problem) =>
        ("--output", $"{name} [{ShapeText.Of(shape)}]{(string.IsNullOrEmpty(problem) ? "" : $", not explained: {problem}")}");

    /// <summary>Gets what an evaluation takes, as rows of a table.</summary>
    public static IEnumerable<string[]> Cost(ModelCost? cost)
    {
        if (cost is null) yield break;
        yield return ["forward pass", Cost(cost.ForwardPeakBytes, cost.ForwardOperations)];
        if (cost.GradientPeakBytes > 0) yield return ["gradient", Cost(cost.GradientPeakBytes, cost.GradientOperations)];
    }

    private static string Cost(long bytes, long operations) =>
        string.Create(CultureInfo.InvariantCulture, $"at most {Size(bytes)} of memory, {operations / 1e9:G3} billion operations for one image");

    public static string Size(long bytes) => bytes >= 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):F1} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F0} KiB");

    private static string Pictures(Preprocessing p)
    {
        var resize = p.Resize ?? new() { Mode = "stretch", Interpolation = "bilinear" };
        var side = resize.HasShortSide ? $", short side {resize.ShortSide}" : resize.HasCropShare
            ? $", {Number(resize.CropShare)} of the short side kept" : "";
        var size = resize.HasHeight ? $", {resize.Height}x{resize.Width}" : "";
        var fill = resize.Mode == "fit" ? $", filled with {string.Join(',', resize.Fill)}" : "";
        return $"{resize.Mode}{side}{size}{fill}, {resize.Interpolation}, {(p.BlueFirst ? "bgr" : "rgb")}";
    }

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Numbers(IReadOnlyList<double> values) => values.Count == 1 ? Number(values[0]) : $"[{string.Join(',', values.Select(Number))}]";
}
