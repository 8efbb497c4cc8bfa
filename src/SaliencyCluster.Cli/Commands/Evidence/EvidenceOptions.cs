using System.CommandLine;
using SaliencyCluster.Attribution.Evidence.Checks;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Evidence;

/// <summary>The options that every command about evidence has.</summary>
internal sealed class EvidenceOptions
{
    private readonly Option<string> _model = new("--model") { Description = "ONNX file.", Required = true, HelpName = "FILE" };
    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Images: .npy of preprocessed images (float32) or of pixels (uint8), or folders of them.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE|DIR",
    };

    private readonly Option<string> _out = new("--out") { Description = "Folder for report.html, report.json and measurements.csv.", Required = true, HelpName = "DIR" };
    private readonly Option<bool> _local = new("--local") { Description = "Compute in this process, without a cluster." };
    private readonly Option<int?> _lanes = new("--lanes") { Description = "With --local: runs at the same time. Default: one per processor.", HelpName = "L" };
    private readonly Option<string?> _methods = new("--methods") { Description = $"Methods, separated by commas. Default: {string.Join(",", PaperMethods.Names)}.", HelpName = "A,B,.." };
    private readonly Option<int?> _images = new("--images") { Description = "Take only the first so many images.", HelpName = "N" };
    private readonly Option<int> _seeds = new("--seeds") { Description = "How many seeds everything random is repeated with.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<string?> _title = new("--title") { Description = "Title of the report.", HelpName = "TEXT" };
    private readonly Option<string?> _masks = new("--masks") { Description = "Where the objects are: .npy [N,H,W] or [N,1,H,W], above half of its maximum means object.", HelpName = "FILE" };
    private readonly Option<string?> _groups = new("--groups") { Description = "A group per image: text file with a line each, or .npy [N] of numbers.", HelpName = "FILE" };
    private readonly Option<string?> _groupNames = new("--group-names") { Description = "Names of the numbers in --groups, from 0.", HelpName = "A,B,.." };
    private readonly PreprocessingOptions _preprocessing = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_model, _input, _out, _local, _lanes, _methods, _images, _seeds, _title, _masks, _groups, _groupNames]) command.Add(option);
        _preprocessing.AddTo(command);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="SaliencyException">SAL2503, SAL2504: an option is out of range or missing.</exception>
    public EvidenceArguments Read(ParseResult arguments)
    {
        if (!arguments.GetValue(_local))
            throw new SaliencyException("SAL2504", "It is not said where to compute.", "Add --local to compute in this process.");
        return new EvidenceArguments
        {
            Model = arguments.GetRequiredValue(_model),
            Inputs = arguments.GetRequiredValue(_input),
            Out = arguments.GetRequiredValue(_out),
            Lanes = arguments.GetValue(_lanes),
            Methods = arguments.GetValue(_methods)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? PaperMethods.Names,
            Images = arguments.GetValue(_images) is { } images ? AtLeastOne("--images", images) : null,
            Seeds = AtLeastOne("--seeds", arguments.GetValue(_seeds)),
            Title = arguments.GetValue(_title),
            Masks = arguments.GetValue(_masks),
            Groups = arguments.GetValue(_groups),
            GroupNames = arguments.GetValue(_groupNames)?.Split(',', StringSplitOptions.TrimEntries) ?? [],
            Labels = _preprocessing.Labels(arguments),
            Preprocessing = _preprocessing.Preprocessing(arguments),
        };
    }

    private static int AtLeastOne(string option, int value) =>
        value >= 1 ? value : throw new SaliencyException("SAL2503", $"{option} is '{value}'.", "It must be at least 1.");
}
