using System.CommandLine;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models show NAME|FILE</c>: shapes, layers, what stands in the way of gradients, and which methods work.</summary>
internal sealed class ModelsShowCommand : CliCommand
{
    private readonly Argument<string> _model = new("NAME|FILE") { Description = "Model of the cluster (NAME or NAME:VERSION), or an ONNX file, which needs no cluster." };
    private readonly Option<string?> _output = new("--output") { Description = "Output of a file's model to show as the one that is explained.", HelpName = "NAME" };
    private readonly PreprocessingOptions _preprocessing = new();
    private readonly EndpointOption _endpoint = new();

    public ModelsShowCommand(CliHost host) : base("show", "Show shapes and layers of a model, and which methods it allows.", host)
    {
        Add(_model);
        Add(_output);
        _preprocessing.AddLayoutTo(this);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var name = arguments.GetRequiredValue(_model);
        if (!name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && !File.Exists(name))
        {
            using var client = _endpoint.Connect(arguments, host.Clock);
            ModelText.Print(host, await client.Models.GetAsync(name, cancellation));
            return ExitCode.Ok;
        }
        var summary = ModelSummary.Of(ModelFile.Read(arguments.GetRequiredValue(_model), _preprocessing.Values(arguments)), layout: _preprocessing.Layout(arguments));
        var detector = DetectorText.Of(summary);
        summary = OutputCheck.Choose(arguments.GetValue(_output), summary);
        var methods = MethodFit.Of(summary);
        if (host.Json) JsonPrinter.Print(host.Out, new { Summary = summary, Methods = methods, Detector = detector });
        else Print(host, summary, methods, detector);
        return ExitCode.Ok;
    }

    private static void Print(CliHost host, ModelSummary model, IReadOnlyList<MethodFit> methods, string? detector)
    {
        TablePrinter.Print(host, ["property", "value"],
        [
            ["hash", model.Hash],
            ["opset", $"{model.Opset}"],
            ["input", $"{model.Input} [{Shape(model.InputShape)}]{Layout(model)}{(model.FreeBatch ? "" : ", one image at a time")}"],
            .. model.PixelScale is { } scale
                ? (string[][])[["pixels", FormattableString.Invariant($"multiplied by {scale:G3} in the model: from 0 to 255 (--scale 1)")]] : [],
            ["output", $"{model.Output} [{Shape(model.OutputShape)}]{(model.EndsInSoftmax ? $", logits before the final {model.Activation ?? "Softmax"}" : "")}{(model.Chooser is { } chooser ? $", from which {chooser} chooses" : "")}"],
            .. (model.Outputs ?? []).Where(o => o.Name != model.Output).Select(o => ModelText.Output(o.Name, o.Shape, o.Problem)).Select(l => new[] { l.Label, l.Value }),
            .. detector is null ? [] : (string[][])[["detector", detector]],
            ["parameters", FormattableString.Invariant($"{model.Parameters:N0}")],
            .. ModelText.Cost(model.Cost),
            ["last-conv", model.LastConvolution ?? "none"],
            .. model.MissingRules.Select(rule => new[] { "no gradient", rule }),
        ]);
        host.Out.WriteLine();
        TablePrinter.Print(host, ["layer", "operator", "shape", "Grad-CAM"],
            model.Layers.Select(layer => new[] { layer.Tensor, layer.Operator, $"[{Shape(layer.Shape)}]", layer.GradCam ? "yes" : "no" }));
        ModelText.Attention(host, model.Attention);
        host.Out.WriteLine();
        TablePrinter.Print(host, ["method", "works", "why not"], methods.Select(m => new[] { m.Method, m.Works ? "yes" : "no", m.Reason ?? "" }));
    }

    private static string Layout(ModelSummary model) => model.ImageShape.Count != 3 ? ""
        : $", {(model.Layout == ImageLayout.ChannelsLast ? "channels last" : "channels first")} ({model.Layout.Name()}{(model.LayoutFrom is null ? "" : ", " + model.LayoutFrom)})";

    private static string Shape(IReadOnlyList<long> shape) => string.Join(',', shape.Select(d => d < 0 ? "?" : $"{d}"));
}
