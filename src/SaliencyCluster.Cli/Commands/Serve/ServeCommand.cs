using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Cli.Cluster;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Client;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Serve;

/// <summary><c>saliency serve</c>: a whole cluster on this host, with embedded storage.</summary>
/// <remarks>
/// Without <c>--workers</c> gateway and worker share this process. With it, this process is the gateway alone and N worker
/// processes are started beside it (0: none; the cluster waits for `saliency worker`).
/// </remarks>
internal sealed class ServeCommand : CliCommand
{
    private readonly Option<string?> _data = new("--data") { Description = "Folder of database and blobs. Default: saliency-data.", HelpName = "DIR" };
    private readonly Option<int?> _grpcPort = new("--grpc-port") { Description = "gRPC port. Default: 50051; 0 takes any free one.", HelpName = "P" };
    private readonly Option<int?> _httpPort = new("--http-port") { Description = "Port of REST and dashboard. Default: 8080; 0 takes any free one.", HelpName = "P" };
    private readonly Option<int?> _metricsPort = new("--metrics-port") { Description = "Port of metrics and health. Default: 9464; 0 takes any free one.", HelpName = "P" };
    private readonly Option<int?> _workers = new("--workers") { Description = "Worker processes beside this one. Default: none, this process computes too.", HelpName = "N" };
    private readonly Option<int?> _lanes = new("--lanes") { Description = "Runs at the same time in each worker. Default: the processors, shared among the workers.", HelpName = "L" };
    private readonly Option<string?> _address = new("--address") { Description = "Address to listen on, or 'any'. Default: 127.0.0.1.", HelpName = "A" };
    private readonly Option<string?> _certificate = new("--certificate") { Description = "PEM file of the TLS certificate.", HelpName = "FILE" };
    private readonly Option<string?> _certificateKey = new("--certificate-key") { Description = "PEM file of its private key.", HelpName = "FILE" };
    private readonly Option<string?> _keys = new("--keys") { Description = "File of API keys, made by 'saliency keys create'. Default: none, nobody needs a key.", HelpName = "FILE" };
    private readonly Option<string[]> _models = new("--model")
    {
        Description = "Model to add at the start, with its card beside FILE; may be repeated. Not with --keys or --certificate.",
        HelpName = "NAME=FILE",
    };
    private readonly Option<bool> _insecure = new("--insecure") { Description = "Let other hosts connect without TLS or without keys." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log what happens, not only what goes wrong." };

    public ServeCommand(CliHost host) : base("serve", "Run a cluster on this host: gateway, workers and storage.", host)
    {
        Option[] options =
        [
            _data, _models, _grpcPort, _httpPort, _metricsPort, _workers, _lanes, _address, _certificate, _certificateKey, _keys, _insecure, _verbose,
        ];
        foreach (var option in options) Add(option);
    }

    /// <inheritdoc/>
    public override TimeSpan StopTime => ClusterProcess.StopsByItself;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var workers = arguments.GetValue(_workers);
        if (workers is < 0 or > 64) throw new SaliencyException("SAL2503", $"--workers is '{workers}'.", "It must be from 0 to 64.");
        var models = Models(arguments);
        var settings = new ProcessSettings
        {
            Data = arguments.GetValue(_data),
            Address = arguments.GetValue(_address),
            GrpcPort = arguments.GetValue(_grpcPort),
            HttpPort = arguments.GetValue(_httpPort),
            MetricsPort = arguments.GetValue(_metricsPort),
            Certificate = arguments.GetValue(_certificate),
            CertificateKey = arguments.GetValue(_certificateKey),
            KeysFile = arguments.GetValue(_keys),
            Insecure = arguments.GetValue(_insecure) ? true : null,
            Lanes = arguments.GetValue(_lanes),
        };
        await ServeAsync(host, settings, workers, models, Log(arguments.GetValue(_verbose)), cancellation);
        return ExitCode.Ok;
    }

    /// <summary>Gets what a cluster of the command line logs.</summary>
    public static LogLevel Log(bool verbose) => verbose ? LogLevel.Information : LogLevel.Warning;

    /// <summary>Runs a cluster until it is told to stop.</summary>
    /// <param name="host">What the command line stands on.</param>
    /// <param name="settings">The gateway's settings.</param>
    /// <param name="workers">Worker processes beside this one; null: this process computes too.</param>
    /// <param name="models">Models to add before it says that it serves.</param>
    /// <param name="log">The least level that is logged.</param>
    /// <param name="cancellation">Tells it to stop.</param>
    public static async Task ServeAsync(
        CliHost host, ProcessSettings settings, int? workers, (string Name, string File)[] models, LogLevel log, CancellationToken cancellation)
    {
        await using var cluster = await ClusterProcess.StartGatewayAsync(settings, withWorker: workers is null, log, cancellation);
        await using var children = WorkerChildren.Start(workers ?? 0, cluster.Data, settings.Lanes, cluster.StopTime, host);
        await AddAsync(models, cluster.Addresses!.Grpc, host, cancellation);
        Announce(host, cluster, workers);
        await cluster.RunAsync(cancellation);
    }

    private (string Name, string File)[] Models(ParseResult arguments)
    {
        var given = arguments.GetValue(_models) ?? [];
        if (given.Length > 0 && (arguments.GetValue(_keys) ?? arguments.GetValue(_certificate)) is not null)
            throw new SaliencyException("SAL2503", "--model is given with --keys or --certificate.",
                "Add models with a key that may: `saliency models add NAME FILE`.");
        return [.. given.Select(m => m.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } file] ? (name, file)
            : throw new SaliencyException("SAL2503", $"--model is '{m}'.", "Give a name and a file: NAME=FILE."))];
    }

    // A file that is there already keeps its version.
    private static async Task AddAsync((string Name, string File)[] models, Uri address, CliHost host, CancellationToken cancellation)
    {
        if (models.Length == 0) return;
        using var client = new SaliencyClient(address, new() { Clock = host.Clock });
        foreach (var (name, file) in models) await ModelUploader.AddAsync(client, name, file, ModelFacts.None, cancellation);
    }

    private static void Announce(CliHost host, ClusterProcess cluster, int? workers)
    {
        var addresses = cluster.Addresses!;
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, new { grpc = addresses.Grpc, http = addresses.Http, metrics = cluster.Metrics, cluster.Data, workers = workers ?? 1 });
            return;
        }
        host.Out.WriteLine($"""
            SaliencyCluster serves
              gRPC       {addresses.Grpc}
              dashboard  {addresses.Http}
              metrics    {cluster.Metrics}metrics
              data       {cluster.Data}
              workers    {workers switch { null => "in this process", 0 => "none; start some: saliency worker --data " + cluster.Data, 1 => "1 process", _ => $"{workers} processes" }}
            Stop with Ctrl+C.
            """);
    }
}
