using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>What all commands that look inside a model take.</summary>
internal abstract class StudioOptions
{
    private readonly Argument<string> _model = new("MODEL") { Description = "ONNX file, or the name of a model on the cluster." };
    private readonly Option<string> _out = new("--out") { Description = "Folder for the results.", Required = true, HelpName = "DIR" };
    private readonly Option<bool> _local = new("--local") { Description = "Compute in this process, without a cluster." };
    private readonly Option<int?> _lanes = new("--lanes") { Description = "With --local: runs at the same time. Default: one per "
        + "processor.", HelpName = "L" };
    private readonly ProviderOption _provider = new();
    private readonly PoolOption _pool = new();
    private readonly EndpointOption _endpoint = new();
    private readonly PreprocessingOptions _preprocessing = new();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="own">Options of the command itself.</param>
    protected void AddTo(Command command, IEnumerable<Option> own)
    {
        command.Add(_model);
        command.Add(_out);
        foreach (var option in own) command.Add(option);
        foreach (var option in (Option[])[_local, _lanes, _provider, _pool, _endpoint]) command.Add(option);
        _preprocessing.AddTo(command);
    }

    /// <summary>Gets the model.</summary>
    public string Model(ParseResult arguments) => arguments.GetRequiredValue(_model);

    /// <summary>Gets the folder of the results.</summary>
    public string Out(ParseResult arguments) => arguments.GetRequiredValue(_out);

    /// <summary>Gets what is said of the model.</summary>
    public ModelFacts Facts(ParseResult arguments) => _preprocessing.Read(arguments);

    /// <summary>Gets where it is computed: the options of a device of this process, or null for a cluster.</summary>
    public DeviceOptions? Device(ParseResult arguments) => !arguments.GetValue(_local) ? null : new()
    {
        Lanes = arguments.GetValue(_lanes), ExecutionProvider = arguments.GetRequiredValue(_provider), CacheFolder = UserCache.Folder,
    };

    /// <summary>Gets the connection to a cluster.</summary>
    public Client.SaliencyClient Connect(ParseResult arguments, CliHost host) => _endpoint.Connect(arguments, host.Clock);

    /// <summary>Gets the pool of workers.</summary>
    public string Pool(ParseResult arguments) => arguments.GetRequiredValue(_pool);
}
