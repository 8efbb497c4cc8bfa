using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Resolving;

/// <summary>Checks the options of a request against <see cref="OptionCatalog"/> and fills in the method's defaults.</summary>
internal static class OptionCheck
{
    public static ExplanationRequest Fill(
        ExplanationRequest request, ExplanationRequest asked, IAttributionMethod method, List<RequestError> errors)
    {
        var read = method.Description.Options.ToDictionary(o => o.Name, o => request.Tolerance is null ? o.Default : o.WithTolerance ?? o.Default);
        foreach (var option in OptionCatalog.All)
        {
            var isRead = read.ContainsKey(option.Name) || OptionCatalog.Universal.Contains(option.Name);
            if (option.Get(request) is not null)
            {
                if (!isRead) errors.Add(NotRead(option, method));
                else if (!option.IsInRange(request)) errors.Add(OutOfRange(option, request));
            }
            else if (read.GetValueOrDefault(option.Name) is { } text)
            {
                asked = option.Parse(asked, text)!;
            }
        }
        return asked;
    }

    private static RequestError NotRead(RequestOption option, IAttributionMethod method)
    {
        var names = method.Description.Options.Select(o => o.Name).ToArray();
        return new(
            "SAL2002", option.Name, $"Method '{method.Name}' does not read option '{option.Name}'.",
            names.Length == 0 ? "Leave it out: the method has no options." : $"Leave it out, or use one that it reads: {string.Join(", ", names)}.");
    }

    private static RequestError OutOfRange(RequestOption option, ExplanationRequest request)
    {
        var text = option.Text(request);
        var hint = option is TextOption { Words: { } words } ? Suggestion.For(text, words) : "";
        return new("SAL2003", option.Name, $"Option '{option.Name}' is {(text.Length == 0 ? "empty" : $"'{Echo.Of(text)}'")}.", $"{hint}It must be {option.Range}.");
    }
}
