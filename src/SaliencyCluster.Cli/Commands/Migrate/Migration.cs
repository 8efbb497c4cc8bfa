namespace SaliencyCluster.Cli.Commands.Migrate;

/// <summary>What a file of another service asks for, in our options.</summary>
/// <param name="Source">The service and the kind of file.</param>
/// <param name="Model">The model, where the file names it.</param>
/// <param name="Explanations">Each is one command; several where one of theirs explains several classes or objects.</param>
/// <param name="Labels">Class names in their order, where the file has them.</param>
/// <param name="Fields">Every field of the file and what becomes of it.</param>
internal sealed record Migration(
    string Source, string? Model, IReadOnlyList<IReadOnlyList<MigratedOption>> Explanations, IReadOnlyList<string> Labels,
    IReadOnlyList<MigratedField> Fields);

/// <summary>A field of another service's file.</summary>
/// <param name="Path">Where it stands, with dots.</param>
/// <param name="Value">What it holds, shortened.</param>
/// <param name="Becomes">The options that mean the same; null where nothing does.</param>
/// <param name="Note">What differs, or why nothing means the same.</param>
internal sealed record MigratedField(string Path, string Value, string? Becomes, string? Note);
