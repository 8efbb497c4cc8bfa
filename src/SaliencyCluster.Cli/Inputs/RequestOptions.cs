using System.CommandLine;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary><c>--method</c> and every option of <see cref="OptionCatalog"/>: a new option of a method needs nothing here.</summary>
internal sealed class RequestOptions
{
    private readonly Option<string> _method = new("--method") { Description = "Attribution method; `saliency methods` lists them.", Required = true, HelpName = "NAME" };
    private readonly IReadOnlyList<(RequestOption Meaning, Option<string?> Option)> _options = [.. OptionCatalog.All.Select(meaning => (meaning, Make(meaning)))];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_method);
        foreach (var (_, option) in _options) command.Add(option);
    }

    /// <summary>Reads what was given; what was not stays unset.</summary>
    /// <exception cref="SaliencyException">SAL2503: a value is none that the option can have.</exception>
    public ExplanationRequest Read(ParseResult arguments)
    {
        var request = new ExplanationRequest { Method = arguments.GetRequiredValue(_method) };
        foreach (var (meaning, option) in _options)
        {
            if (arguments.GetResult(option) is null) continue;
            // A flag may stand alone.
            var text = arguments.GetValue(option) ?? "true";
            request = meaning.Parse(request, text) ?? throw new SaliencyException("SAL2503", $"{option.Name} is '{text}'.", $"It must be {meaning.Range}.");
        }
        return request;
    }

    private static Option<string?> Make(RequestOption meaning) => new("--" + meaning.Name)
    {
        Description = $"{meaning.Summary} {char.ToUpperInvariant(meaning.Range[0])}{meaning.Range[1..]}.",
        HelpName = "VALUE",
        Arity = meaning.IsFlag ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };
}
