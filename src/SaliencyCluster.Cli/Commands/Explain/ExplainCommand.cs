using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Runtime;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary><c>saliency explain</c>: maps of a few images, in this process or on a cluster.</summary>
internal sealed class ExplainCommand : CliCommand
{
    private readonly Option<string[]> _model = new("--model")
    {
        Description = "ONNX file, or the name of a model on the cluster. May be given several times: the same images are explained for each.", Required = true, HelpName = "NAME|FILE",
    };

    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Images (PNG, JPEG, WebP, GIF, BMP, TIFF, or .npy: float arrays are preprocessed, uint8 ones are pixels), or "
            + "folders.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE|DIR",
    };

    private readonly Option<string> _out = new("--out") { Description = "Folder for the results.", Required = true, HelpName = "DIR" };
    private readonly Option<bool> _local = new("--local") { Description = "Compute in this process, without a cluster." };
    private readonly Option<int?> _lanes = new("--lanes") { Description = "With --local: runs at the same time. Default: one per processor.", HelpName = "L" };
    private readonly ProviderOption _provider = new();
    private readonly PointsOption _points = new();
    private readonly PrecisionOption _precision = new();
    private readonly PoolOption _pool = new();
    private readonly EndpointOption _endpoint = new();
    private readonly RequestOptions _request = new();
    private readonly PreprocessingOptions _preprocessing = new();
    private readonly RenderingOptions _rendering = new();

    public ExplainCommand(CliHost host) : base("explain", "Explain what a model sees in images.", host)
    {
        foreach (var option in (Option[])[_model, _input, _out, _local, _lanes, _provider, _points, _precision, _pool, _endpoint])
            Add(option);
        _request.AddTo(this);
        _preprocessing.AddTo(this);
        _rendering.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var what = new ExplainArguments(
            arguments.GetRequiredValue(_model), arguments.GetRequiredValue(_input), arguments.GetRequiredValue(_out),
            _request.ReadAll(arguments), _preprocessing.Read(arguments), _rendering.Read(arguments)) { Pool = arguments.GetRequiredValue(_pool) }.Checked();
        if (arguments.GetValue(_local))
        {
            var options = new DeviceOptions
            {
                Lanes = arguments.GetValue(_lanes), ExecutionProvider = arguments.GetRequiredValue(_provider),
                PointsOnDevice = _points.OnDevice(arguments),
            };
            return await ExplainLocally.RunAsync(what, options, _precision.Read(arguments), host, cancellation);
        }
        _precision.RefuseOnCluster(arguments);
        using var client = _endpoint.Connect(arguments, host.Clock);
        return await ExplainOnCluster.RunAsync(what, client, host, cancellation);
    }
}
