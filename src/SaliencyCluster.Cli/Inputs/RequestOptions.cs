using System.CommandLine;
using System.CommandLine.Completions;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary><c>--method</c> and every option of <see cref="OptionCatalog"/>: a new option of a method needs nothing here.</summary>
internal sealed class RequestOptions
{
    private readonly Option<string> _method = new("--method")
    {
        Description = "Attribution method, or several separated by commas; `saliency methods` lists them.", Required = true, HelpName = "NAME,..",
        CompletionSources = { _ => MethodCatalog.All.Select(method => new CompletionItem(method.Name)) },
    };

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

    /// <summary>Reads a request per method. With several, an option goes to those that read it; one that none reads stays, to be refused.</summary>
    /// <exception cref="SaliencyException">SAL2503: a value is none that the option can have, or a method is named twice.</exception>
    public IReadOnlyList<ExplanationRequest> ReadAll(ParseResult arguments)
    {
        var request = Read(arguments);
        var names = request.Method.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length < 2) return [request];
        if (names.Distinct().Count() < names.Length) throw new SaliencyException("SAL2503", $"--method is '{request.Method}'.", "Name each method once.");
        var requests = names.Select(name => request with { Method = name }).ToArray();
        return [.. requests.Select(r => Only(r, option => Reads(r, option) || !requests.Any(other => Reads(other, option))))];
    }

    private static ExplanationRequest Only(ExplanationRequest request, Func<RequestOption, bool> keeps)
    {
        var kept = new ExplanationRequest { Method = request.Method };
        foreach (var option in OptionCatalog.All)
            if (option.Get(request) is not null && keeps(option)) kept = option.Copy(request, kept);
        return kept;
    }

    private static bool Reads(ExplanationRequest request, RequestOption option)
    {
        // A method that is not known, or that noise cannot be wrapped around, is refused later, with all that is wrong.
        if (OptionCatalog.Universal.Contains(option.Name) || MethodCatalog.Find(request.Method) is not { } method) return true;
        var whole = method.WhyNotSmoothed is null && OptionCatalog.Find("smooth")!.IsInRange(request) ? MethodFactory.Create(request) : method;
        return whole.Description.Options.Any(o => o.Name == option.Name);
    }

    private static Option<string?> Make(RequestOption meaning) => new("--" + meaning.Name)
    {
        Description = $"{meaning.Summary} {char.ToUpperInvariant(meaning.Range[0])}{meaning.Range[1..]}.",
        HelpName = "VALUE",
        Arity = meaning.IsFlag ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        CompletionSources = { _ => meaning.Values.Select(value => new CompletionItem(value)) },
    };
}
