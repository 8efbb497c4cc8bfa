using System.CommandLine;
using SaliencyCluster.Cli.Cluster;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Serve;

/// <summary><c>saliency kserve</c>: one model and its cluster in a container, started with the arguments that KServe gives an
/// explainer.</summary>
/// <remarks>The options are spelt as KServe appends them to the container's arguments.</remarks>
internal sealed class KServeCommand : CliCommand
{
    private readonly Option<string> _name = new("--model_name") { Description = "Name that the model is called by.", HelpName = "NAME",
        Required = true };
    private readonly Option<string> _folder = new("--model_dir")
    {
        Description = "Folder with one ONNX file, its card beside it: where KServe puts what STORAGE_URI names.",
        HelpName = "DIR", DefaultValueFactory = _ => "/mnt/models",
    };
    private readonly Option<int> _http = new("--http_port") { Description = "Port of the inference protocols over HTTP.", HelpName = "P",
        DefaultValueFactory = _ => 8080 };
    private readonly Option<int> _grpc = new("--grpc_port") { Description = "Port of gRPC.", HelpName = "P", DefaultValueFactory = _ =>
        8081 };
    private readonly Option<int?> _metrics = new("--metrics_port") { Description = "Port of metrics and health. Default: 9464.",
        HelpName = "P" };
    private readonly Option<int?> _lanes = new("--workers")
    {
        Description = "Runs at the same time (KServe's containerConcurrency). Default: one per processor.", HelpName = "N",
    };
    private readonly Option<string?> _predictor = new("--predictor_host")
    {
        Description = "Host of the predictor. It is not asked: gradients are computed from the model itself.",
        HelpName = "HOST",
    };
    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "Answer other hosts without TLS and without keys, as behind KServe's gateway.",
    };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log what happens, not only what goes wrong." };

    public KServeCommand(CliHost host) : base("kserve", "Serve one model in a container, as an explainer of KServe.", host)
    {
        foreach (var option in (Option[])[_name, _folder, _http, _grpc, _metrics, _lanes, _predictor, _insecure, _verbose]) Add(option);
    }

    /// <inheritdoc/>
    public override TimeSpan StopTime => ClusterProcess.StopsByItself;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var model = (arguments.GetValue(_name)!, ModelIn(arguments.GetValue(_folder)!));
        // Nothing outlives the container: what it holds can be asked for again.
        var data = Directory.CreateTempSubdirectory("saliency-kserve-");
        try
        {
            var settings = new ProcessSettings
            {
                Data = data.FullName,
                Address = "any",
                GrpcPort = arguments.GetValue(_grpc),
                HttpPort = arguments.GetValue(_http),
                MetricsPort = arguments.GetValue(_metrics),
                Insecure = arguments.GetValue(_insecure) ? true : null,
                // KServe says 0 where it does not limit.
                Lanes = arguments.GetValue(_lanes) is > 0 and var lanes ? lanes : null,
            };
            await ServeCommand.ServeAsync(host, settings, null, [model], ServeCommand.Log(arguments.GetValue(_verbose)), cancellation);
            return ExitCode.Ok;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    // At the top, or as other servers keep it: NAME/1/model.onnx.
    private static string ModelIn(string folder)
    {
        var search = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3,
            MatchCasing = MatchCasing.CaseInsensitive };
        string[] found = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.onnx", search).Order(StringComparer.Ordinal)]
            : [];
        if (found is [var one]) return one;
        var what = !Directory.Exists(folder) ? "does not exist" : found.Length == 0 ? "has no ONNX file"
            : $"has several ONNX files, {string.Join(", ", found.Take(3).Select(f => Path.GetRelativePath(folder, f)))}";
        throw new SaliencyException("SAL2510", $"The model folder '{folder}' {what}.",
            "Let STORAGE_URI name one ONNX file, or a folder that has one.");
    }
}
