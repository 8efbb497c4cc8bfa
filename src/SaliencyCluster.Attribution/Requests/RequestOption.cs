using System.Globalization;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>One option of a request: its name, its text form and its range. Rows of <see cref="OptionCatalog"/>.</summary>
/// <param name="Name">Name as on the command line, without dashes.</param>
/// <param name="Summary">What it means, one sentence.</param>
/// <param name="Range">The values allowed, in words.</param>
public abstract record RequestOption(string Name, string Summary, string Range)
{
    /// <summary>Gets the value in a request; null when unset.</summary>
    public abstract object? Get(ExplanationRequest request);

    /// <summary>Sets the value from its text form.</summary>
    /// <returns>The changed request, or null when the text is no value of this option.</returns>
    public abstract ExplanationRequest? Parse(ExplanationRequest request, string text);

    /// <summary>Copies the value, which must be set, from one request to another.</summary>
    public ExplanationRequest Copy(ExplanationRequest from, ExplanationRequest to) => Parse(to, Text(from))
        ?? throw new InvalidOperationException($"The text of option '{Name}' is no value of it.");

    /// <summary>Gets whether the option is true or false, so that naming it without a value means true.</summary>
    public virtual bool IsFlag => false;

    /// <summary>Gets the values that it can have, where these are words; empty otherwise.</summary>
    public virtual IReadOnlyList<string> Values => IsFlag ? ["true", "false"] : [];

    /// <summary>Says whether the value that is set lies in the option's range.</summary>
    public abstract bool IsInRange(ExplanationRequest request);

    /// <summary>Gets the value as one would write it; empty when unset.</summary>
    public string Text(ExplanationRequest request) => Get(request) switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IEnumerable<int> list => string.Join(',', list),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}

/// <summary>An option of value type <typeparamref name="T"/>.</summary>
internal sealed record ValueOption<T>(
    string Name, string Summary, string Range, Func<ExplanationRequest, T?> Read, Func<ExplanationRequest, T, ExplanationRequest> Write,
    Func<T, bool> Allows) : RequestOption(Name, Summary, Range)
    where T : struct, IParsable<T>
{
    public override bool IsFlag => typeof(T) == typeof(bool);

    public override object? Get(ExplanationRequest request) => Read(request);

    public override ExplanationRequest? Parse(ExplanationRequest request, string text) =>
        T.TryParse(text, CultureInfo.InvariantCulture, out var value) ? Write(request, value) : null;

    public override bool IsInRange(ExplanationRequest request) => Read(request) is not { } value || Allows(value);
}

/// <summary>An option that is a word or a name; without <paramref name="Words"/> any text is allowed here and checked elsewhere.</summary>
internal sealed record TextOption(
    string Name, string Summary, string Range, Func<ExplanationRequest, string?> Read, Func<ExplanationRequest, string, ExplanationRequest> Write,
    IReadOnlyList<string>? Words = null) : RequestOption(Name, Summary, Range)
{
    public override IReadOnlyList<string> Values => Words ?? [];

    public override object? Get(ExplanationRequest request) => Read(request);

    public override ExplanationRequest? Parse(ExplanationRequest request, string text) => Write(request, text);

    public override bool IsInRange(ExplanationRequest request) => Read(request) is not { } word || Words is null || Words.Contains(word);
}

/// <summary>An option that is a height and a width in pixels.</summary>
internal sealed record PixelsOption(
    string Name, string Summary, string Range, Func<ExplanationRequest, IReadOnlyList<int>?> Read,
    Func<ExplanationRequest, IReadOnlyList<int>, ExplanationRequest> Write) : RequestOption(Name, Summary, Range)
{
    public override object? Get(ExplanationRequest request) => Read(request);

    public override ExplanationRequest? Parse(ExplanationRequest request, string text)
    {
        var parts = text.Split(',').Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1).ToArray();
        return parts.Contains(-1) ? null : Write(request, parts);
    }

    public override bool IsInRange(ExplanationRequest request) => Read(request) is not { } list || (list.Count == 2 && list.All(n => n >= 1));
}
