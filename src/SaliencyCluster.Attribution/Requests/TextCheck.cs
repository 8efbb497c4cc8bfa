namespace SaliencyCluster.Attribution.Requests;

/// <summary>Bounds the texts of a request before any of them is read.</summary>
internal static class TextCheck
{
    // Room for the names of some hundred baseline files; everything else is a word, a label or a tensor's name.
    private const int MaxLength = 16_384;

    /// <summary>Gets an error for every text that is longer than any value.</summary>
    public static IEnumerable<RequestError> Errors(ExplanationRequest request)
    {
        if (request.Method.Length > MaxLength) yield return TooLong("method", request.Method);
        foreach (var option in OptionCatalog.All.OfType<TextOption>())
            if (option.Read(request) is { Length: > MaxLength } text) yield return TooLong(option.Name, text);
    }

    private static RequestError TooLong(string option, string text) => new(
        "SAL2003", option, $"Option '{option}' is '{Echo.Of(text)}'.", $"Give at most {MaxLength} characters.");
}
