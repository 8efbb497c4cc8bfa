using System.Reflection;
using System.Runtime.CompilerServices;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>What a program that references an assembly can call, as text: a line per type and member.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Lists the surface in the order of names. Messages and services of the protocol are left out: the proto files are their contract.</summary>
    public static IEnumerable<string> Of(Assembly assembly) =>
        from type in assembly.GetExportedTypes()
        where type.Namespace?.StartsWith("SaliencyCluster.Protocol", StringComparison.Ordinal) != true
        orderby Name(type)
        from line in Lines(type)
        select line;

    private static IEnumerable<string> Lines(Type type)
    {
        yield return Header(type);
        if (type.IsEnum)
        {
            foreach (var value in Enum.GetValues(type)) yield return $"    {value} = {Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)}";
            yield break;
        }
        if (typeof(Delegate).IsAssignableFrom(type)) yield break;
        var members = type.GetMembers(Declared).Select(Line).OfType<string>().Order(StringComparer.Ordinal);
        foreach (var member in members) yield return "    " + member;
    }

    private static string Header(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type)) return $"delegate {Name(type)} {Signature(type.GetMethod("Invoke")!)}";
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        var parents = type.GetInterfaces().Where(i => i.IsPublic || i.IsNestedPublic).Except(type.BaseType?.GetInterfaces() ?? []);
        var bases = (type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum) ? [b] : Array.Empty<Type>()).Concat(type.IsEnum ? [] : parents);
        var names = string.Join(", ", bases.Select(Name).Order(StringComparer.Ordinal));
        return names.Length == 0 ? $"{kind} {Name(type)}" : $"{kind} {Name(type)} : {names}";
    }

    private static string? Line(MemberInfo member) => member switch
    {
        // Made by the compiler for records; what a record is shows in its constructor and properties.
        { Name: "<Clone>$" or "PrintMembers" or "EqualityContract" } => null,
        MethodInfo m when m.IsDefined(typeof(CompilerGeneratedAttribute)) => null,
        MethodInfo { IsSpecialName: true } m when !m.Name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo m => IsVisible(m) ? $"{Modifiers(m)}{m.Name}{Signature(m)}" : null,
        ConstructorInfo c => IsVisible(c) && !c.IsStatic ? $"new{Parameters(c)}" : null,
        PropertyInfo p => Property(p),
        FieldInfo { IsPublic: true } f => $"{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{f.Name}: {Name(f.FieldType)}{(f.IsLiteral ? $" = {f.GetRawConstantValue()}" : "")}",
        EventInfo e when IsVisible(e.AddMethod!) => $"event {e.Name}: {Name(e.EventHandlerType!)}",
        _ => null,
    };

    private static string? Property(PropertyInfo p)
    {
        MethodInfo?[] both = [p.GetMethod, p.SetMethod];
        if (both.FirstOrDefault(m => m is not null && IsVisible(m)) is not { } first) return null;
        var isInit = p.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") == true;
        var set = p.SetMethod is { } s && IsVisible(s) ? isInit ? " init" : " set" : "";
        var required = p.CustomAttributes.Any(a => a.AttributeType.Name == "RequiredMemberAttribute") ? "required " : "";
        var indexes = p.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]" : "";
        return $"{required}{Modifiers(first)}{p.Name}{indexes}: {Name(p.PropertyType)} {{{(p.GetMethod is { } g && IsVisible(g) ? " get" : "")}{set} }}";
    }

    private static bool IsVisible(MethodBase m) => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly;

    private static string Modifiers(MethodInfo m) => (m.IsPublic ? "" : "protected ") + (m.IsStatic ? "static " : m.IsAbstract && !m.DeclaringType!.IsInterface ? "abstract " : "");

    private static string Signature(MethodInfo m)
    {
        var generic = m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(Name))}>" : "";
        return $"{generic}{Parameters(m)}: {Name(m.ReturnType)}";
    }

    private static string Parameters(MethodBase m) => $"({string.Join(", ", m.GetParameters().Select(Parameter))})";

    private static string Parameter(ParameterInfo p) =>
        $"{(p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "")}{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.RawDefaultValue ?? "default"}" : "")}";

    private static string Name(Type type)
    {
        if (type.IsByRef || type.IsPointer) return Name(type.GetElementType()!);
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter) return type.Name;
        var own = type.Name.Split('`')[0];
        var prefix = type.DeclaringType is { } outer ? Name(outer).Split('<')[0] + "." : type.Assembly.GetName().Name!.StartsWith("SaliencyCluster", StringComparison.Ordinal) ? type.Namespace + "." : "";
        return type.IsGenericType ? $"{prefix}{own}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : prefix + own;
    }
}
