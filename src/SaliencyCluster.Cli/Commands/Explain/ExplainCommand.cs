using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary><c>saliency explain</c>: maps of a few images, in this process or on a cluster.</summary>
internal sealed class ExplainCommand : CliCommand
{
    private readonly Option<string> _model = new("--model") { Description = "ONNX file, or the name of a model on the cluster.", Required = true, HelpName = "NAME|FILE" };
    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Images (.png, .jpg, or .npy that is already preprocessed), or folders of them.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE|DIR",
    };

    private readonly Option<string> _out = new("--out") { Description = "Folder for the results.", Required = true, HelpName = "DIR" };
    private readonly Option<bool> _local = new("--local") { Description = "Compute in this process, without a cluster." };
    private readonly Option<int?> _lanes = new("--lanes") { Description = "With --local: runs at the same time. Default: one per processor.", HelpName = "L" };
    private readonly RequestOptions _request = new();
    private readonly PreprocessingOptions _preprocessing = new();

    public ExplainCommand(CliHost host) : base("explain", "Explain what a model sees in images.", host)
    {
        foreach (var option in (Option[])[_model, _input, _out, _local, _lanes]) Add(option);
        _request.AddTo(this);
        _preprocessing.AddTo(this);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var what = new ExplainArguments(
            arguments.GetRequiredValue(_model), arguments.GetRequiredValue(_input), arguments.GetRequiredValue(_out),
            _request.Read(arguments), _preprocessing.Labels(arguments), _preprocessing.Preprocessing(arguments));
        if (arguments.GetValue(_local)) return ExplainLocally.RunAsync(what, arguments.GetValue(_lanes), host, cancellation);
        throw new SaliencyException("SAL2504", "It is not said where to compute.", "Add --local to compute in this process.");
    }
}
