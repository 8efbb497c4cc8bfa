using SaliencyCluster.Client.Errors;

namespace SaliencyCluster.Dashboard.Uploads;

/// <summary>What the browser says was chosen.</summary>
/// <param name="Count">Images.</param>
/// <param name="Bytes">Their size together.</param>
/// <param name="Names">The first of them.</param>
/// <param name="NotImages">Files that are no images; they are left out.</param>
/// <param name="NotImageNames">The first of those.</param>
/// <param name="TooLarge">Files that are too large; they are left out.</param>
/// <param name="TooLargeNames">The first of those.</param>
public sealed record ChosenFiles(
    int Count, long Bytes, IReadOnlyList<string> Names, int NotImages, IReadOnlyList<string> NotImageNames, int TooLarge,
    IReadOnlyList<string> TooLargeNames);

/// <summary>What became of an upload.</summary>
internal sealed record UploadAnswer
{
    /// <summary>Gets the address of what was made of it; null where it was refused.</summary>
    public string? Page { get; init; }

    /// <summary>Gets the code of the refusal; null where something on the way failed.</summary>
    public string? Code { get; init; }

    /// <summary>Gets what went wrong.</summary>
    public string? What { get; init; }

    /// <summary>Gets what to do next.</summary>
    public string? Next { get; init; }

    /// <summary>Gets the fields that are wrong.</summary>
    public IReadOnlyList<FieldError> Fields { get; init; } = [];

    /// <summary>Makes one of a refusal.</summary>
    public static UploadAnswer Of(GatewayException refused) =>
        new() { Code = refused.Code, What = refused.What, Next = refused.Next, Fields = refused.Fields };
}
