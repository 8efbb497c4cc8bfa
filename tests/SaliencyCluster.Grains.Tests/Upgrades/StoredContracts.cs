using System.Reflection;
using System.Text.Json.Serialization;
using Orleans.CodeGeneration;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Serialization;

namespace SaliencyCluster.Grains.Tests.Upgrades;

/// <summary>Everything that two versions of a cluster must read in the same way: records, enums, JSON, grain interfaces and where state is kept.</summary>
internal static class StoredContracts
{
    private static readonly Assembly[] Ours = [typeof(IJobGrain).Assembly, typeof(Registration.GrainRegistration).Assembly];

    private static IEnumerable<Type> Types => Ours.SelectMany(a => a.GetTypes()).Where(t => t.Namespace?.StartsWith("SaliencyCluster", StringComparison.Ordinal) == true);

    /// <summary>One line per thing, in a fixed order.</summary>
    public static IReadOnlyList<string> Lines() =>
        [.. Records().Concat(Enums()).Concat(Json()).Concat(Interfaces()).Concat(States()).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Records() =>
        from type in Types
        where type.GetCustomAttribute<GenerateSerializerAttribute>() is not null
        from member in Members(type)
        let id = member.GetCustomAttribute<IdAttribute>()
        where id is not null
        select $"record {type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.FullName} {id.Id} {Name(member is PropertyInfo p ? p.PropertyType : ((FieldInfo)member).FieldType)}";

    private static IEnumerable<string> Enums() =>
        from type in Types
        where type.IsEnum && type.IsPublic
        from value in Enum.GetValues(type).Cast<object>()
        select $"enum {type.Name} {Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)} {value}";

    // What goes through JsonSurrogate, with everything that it is made of.
    private static IEnumerable<string> Json()
    {
        var seen = new HashSet<Type>();
        var open = new Queue<Type>(Types.SelectMany(t => t.GetInterfaces())
            .Where(i => i.IsGenericType && i.GetGenericArguments() is [_, { IsGenericType: true } surrogate] && surrogate.GetGenericTypeDefinition() == typeof(JsonSurrogate<>))
            .Select(i => i.GetGenericArguments()[0]));
        while (open.TryDequeue(out var type))
        {
            if (!seen.Add(type)) continue;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
            {
                var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? property.Name;
                yield return $"json {type.Name} {name} {Name(property.PropertyType)}";
                foreach (var part in Parts(property.PropertyType)) open.Enqueue(part);
            }
        }
    }

    private static IEnumerable<string> Interfaces() =>
        from type in Types
        where type.IsInterface && type.IsAssignableTo(typeof(IGrain))
        from method in type.GetMethods()
        select $"call {type.GetCustomAttribute<AliasAttribute>()!.Alias} v{type.GetCustomAttribute<VersionAttribute>()?.Version ?? 0} "
            + $"{method.GetCustomAttribute<AliasAttribute>()?.Alias}({string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)))}) {Name(method.ReturnType)}";

    /// <summary>Gets what grains store.</summary>
    public static IEnumerable<Type> StoredTypes() =>
        from type in Types
        where type.IsAssignableTo(typeof(Grain)) && !type.IsAbstract
        from parameter in type.GetConstructors().Single().GetParameters()
        where parameter.GetCustomAttribute<PersistentStateAttribute>() is not null
        select parameter.ParameterType.GetGenericArguments()[0];

    private static IEnumerable<string> States() =>
        from type in Types
        where type.IsAssignableTo(typeof(Grain)) && !type.IsAbstract
        from parameter in type.GetConstructors().Single().GetParameters()
        let state = parameter.GetCustomAttribute<PersistentStateAttribute>()
        where state is not null
        select $"state {type.GetCustomAttribute<GrainTypeAttribute>()!.GetGrainType(null!, type)} {state.StateName} {Name(parameter.ParameterType.GetGenericArguments()[0])}";

    private static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => m is PropertyInfo or FieldInfo);

    private static IEnumerable<Type> Parts(Type type) =>
        (type.IsArray ? [type.GetElementType()!] : type.IsGenericType ? type.GetGenericArguments() : [type])
        .Where(t => t.Namespace?.StartsWith("SaliencyCluster", StringComparison.Ordinal) == true && !t.IsEnum);

    private static string Name(Type type) =>
        type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
