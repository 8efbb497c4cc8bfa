using System.CommandLine;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models add NAME FILE</c>: uploads a model. The card beside the file is read; options go before it.</summary>
internal sealed class ModelsAddCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "What the cluster calls it." };
    private readonly Argument<string> _file = new("FILE") { Description = "ONNX file." };
    private readonly PreprocessingOptions _preprocessing = new();
    private readonly EndpointOption _endpoint = new();

    public ModelsAddCommand(CliHost host) : base("add", "Upload a model; FILE's card (NAME.json beside NAME.onnx) or options give labels and preprocessing.", host)
    {
        Add(_name);
        Add(_file);
        _preprocessing.AddTo(this);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var facts = _preprocessing.Read(arguments);
        using var client = _endpoint.Connect(arguments, host.Clock);
        var model = await ModelUploader.AddAsync(client, arguments.GetRequiredValue(_name), arguments.GetRequiredValue(_file), facts, cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, ModelText.Json(model));
        else host.Out.WriteLine($"Added {model.Name}:{model.Version}, input [{ShapeText.Of(model.ImageShape)}] ({model.Layout}), {Can(model)}.");
        return ExitCode.Ok;
    }

    private static string Can(Model model)
    {
        var missing = model.Methods.Count(m => m.Missing.Length > 0);
        return missing == 0 ? "every method can explain it" : $"{model.Methods.Count - missing} of {model.Methods.Count} methods can explain it (saliency models show {model.Name})";
    }
}
